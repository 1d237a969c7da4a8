package com.alumoutreach.analytics.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.analytics.clickhouse.ArchiveRow;
import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.analytics.kpi.Kpis.AccountHealth;
import com.alumoutreach.analytics.kpi.Kpis.CampaignSnapshot;
import com.alumoutreach.analytics.kpi.Kpis.CampaignStatus;
import com.alumoutreach.analytics.kpi.Kpis.MonthToDate;
import com.alumoutreach.analytics.kpi.RandomEvents.History;
import com.alumoutreach.backbone.testing.RunningService;
import com.clickhouse.client.api.query.GenericRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random histories, whose figures must be the same by replay, by ClickHouse, by its views and by Postgres. {@code -Dkpi.seeds=N} for
 * more, {@code -Dkpi.seed=S} to begin elsewhere.
 */
class KpiAgreementIT {
    private static final int SEEDS = Integer.getInteger("kpi.seeds", 2_000);
    private static final int FIRST = Integer.getInteger("kpi.seed", 0);
    /** Of which the dashboard's own questions are asked, one tenant at a time. */
    private static final int ONE_BY_ONE = Math.min(SEEDS, 40);

    @SuppressWarnings("NullAway.Init")
    private static RunningService service;

    @SuppressWarnings("NullAway.Init")
    private static ClickHouse clickHouse;

    @BeforeAll
    static void start() {
        service = AnalyticsRun.start();
        service.context().getBean(EventsTable.class).ensure();
        clickHouse = service.context().getBean(ClickHouse.class);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void replayClickHouseAndPostgresAgreeOnAnyHistory() {
        List<History> histories = histories(FIRST, SEEDS, null);
        insert(histories);
        ClickHouseKpis dashboard = service.context().getBean(ClickHouseKpis.class);
        PostgresKpis postgres = service.context().getBean(PostgresKpis.class);
        Map<String, Kpis> computed = new HashMap<>();
        histories.stream()
                .collect(Collectors.groupingBy(History::at))
                .forEach((at, together) -> computed.putAll(ofTenants(at, together)));

        List<String> differences = new ArrayList<>();
        for (History history : histories) {
            EventReplay replay = new EventReplay(history.tenant(), history.at());
            history.events().forEach(replay::add);
            Map<String, String> replayed = replay.result().figures();
            differences.addAll(differences(
                    "ClickHouse of " + history.tenant(),
                    replayed,
                    Objects.requireNonNull(computed.get(history.tenant())).figures()));
            differences.addAll(differences(
                    "Postgres of " + history.tenant(),
                    replayed,
                    postgres.of(history.tenant(), history.at(), replay).figures()));
        }
        for (History history : histories.subList(0, ONE_BY_ONE)) {
            differences.addAll(differences(
                    "The dashboard of " + history.tenant(),
                    EventReplay.replay(history.tenant(), history.at(), history.events())
                            .figures(),
                    dashboard.at(history.tenant(), history.at()).figures()));
        }

        assertThat(differences).isEmpty();
    }

    @Test
    void viewsAgreeWithTheReplayOfTheSameMoment() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<History> histories = IntStream.range(0, 60)
                .mapToObj(seed -> RandomEvents.of(seed, "now-" + seed, now))
                .toList();
        insert(histories);
        await("the views")
                .until(() -> clickHouse
                                .query(
                                        "SELECT count() AS n FROM system.tables WHERE name = 'v_followups_due_today'"
                                                + " AND database = currentDatabase()",
                                        Map.of())
                                .getFirst()
                                .getLong("n")
                        == 1);
        // Events are on the edges of now, to the millisecond: it has to have passed.
        await("the edges to have passed").until(() -> Instant.now().isAfter(now.plusMillis(20)));
        List<String> differences = new ArrayList<>();

        view("v_todays_sends", histories, differences, (row, replayed) -> {
            same(row, "todays_sends", replayed.todaysSends(), differences);
            same(row, "send_percentage", replayed.sendPercentage(), differences);
            same(row, "time_zone", replayed.timeZone(), differences);
            same(row, "status_color", replayed.sendColor(), differences);
        });
        view(
                "v_replies_requiring_action",
                histories,
                differences,
                (row, replayed) ->
                        same(row, "replies_requiring_action", replayed.repliesRequiringAction(), differences));
        view("v_reply_rate_7d", histories, differences, (row, replayed) -> {
            same(row, "leads_messaged", replayed.leadsMessaged(), differences);
            same(row, "leads_replied", replayed.leadsReplied(), differences);
            same(row, "reply_rate_pct", replayed.replyRate(), differences);
        });
        view("v_system_status", histories, differences, (row, replayed) -> {
            same(row, "system_status", replayed.systemStatus().label(), differences);
            same(row, "reason", replayed.systemStatusReason(), differences);
        });
        view("v_month_to_date", histories, differences, (row, replayed) -> {
            MonthToDate month = Objects.requireNonNull(replayed.monthToDate());
            same(row, "emails_sent_mtd", month.emailsSent(), differences);
            same(row, "replies_mtd", month.replies(), differences);
            same(row, "interested_mtd", month.interested(), differences);
            same(row, "bounces_mtd", month.bounces(), differences);
            same(row, "unsubscribes_mtd", month.unsubscribes(), differences);
        });
        view(
                "v_followups_due_today",
                histories,
                differences,
                (row, replayed) -> same(row, "followups_due_today", replayed.followupsDueToday(), differences));
        healthOfThoseThatAreNotGreen(histories, differences);
        snapshots(histories, differences);

        assertThat(differences).isEmpty();
    }

    private static void view(
            String view, List<History> histories, List<String> differences, BiConsumer<GenericRecord, Kpis> check) {
        Map<String, GenericRecord> rows =
                asked(view).stream().collect(Collectors.toMap(row -> row.getString("workspace_id"), row -> row));
        for (History history : histories) {
            if (history.events().isEmpty()) {
                continue;
            }
            GenericRecord row = rows.get(history.tenant());
            if (row == null) {
                differences.add(view + " has no row of " + history.tenant());
            } else {
                check.accept(row, replayed(history, row));
            }
        }
    }

    private static void healthOfThoseThatAreNotGreen(List<History> histories, List<String> differences) {
        Map<String, GenericRecord> rows = asked("v_account_health").stream()
                .collect(Collectors.toMap(row -> row.getString("workspace_id"), row -> row));
        for (History history : histories) {
            GenericRecord row = rows.get(history.tenant());
            AccountHealth replayed = EventReplay.replay(
                            history.tenant(), history.at().plusMillis(20), history.events())
                    .accountHealth();
            if (replayed.green() != (row == null)) {
                differences.add("v_account_health of " + history.tenant() + " green " + replayed.green());
            } else if (row != null) {
                same(row, "errors_24h", replayed.errors(), differences);
                same(row, "cooldown_active", replayed.cooldownActive(), differences);
                same(row, "captcha_detected", replayed.captchaDetected(), differences);
            }
        }
    }

    private static void snapshots(List<History> histories, List<String> differences) {
        Map<String, List<GenericRecord>> rows = asked("v_campaign_snapshot_today").stream()
                .collect(Collectors.groupingBy(row -> row.getString("workspace_id")));
        for (History history : histories) {
            Set<CampaignSnapshot> viewed = rows.getOrDefault(history.tenant(), List.of()).stream()
                    .map(row -> new CampaignSnapshot(
                            row.getString("campaign_id"),
                            row.getString("name"),
                            CampaignStatus.ofLabel(row.getString("status")),
                            row.getLong("queue_remaining"),
                            row.getLong("todays_sends"),
                            row.getLong("replies_today")))
                    .collect(Collectors.toSet());
            Set<CampaignSnapshot> replayed =
                    Set.copyOf(EventReplay.replay(history.tenant(), history.at().plusMillis(20), history.events())
                            .campaigns());
            if (!viewed.equals(replayed)) {
                differences.add("v_campaign_snapshot_today of " + history.tenant() + ": replayed " + replayed
                        + ", viewed " + viewed);
            }
        }
    }

    private static List<GenericRecord> asked(String view) {
        return clickHouse.query(
                "SELECT *, now64(3) AS asked_at FROM " + view + " WHERE startsWith(workspace_id, 'now-')", Map.of());
    }

    private static Kpis replayed(History history, GenericRecord row) {
        return EventReplay.replay(
                history.tenant(), row.getZonedDateTime("asked_at").toInstant(), history.events());
    }

    private static void same(GenericRecord row, String column, Object replayed, List<String> differences) {
        if (!row.getString(column).equals(replayed.toString())) {
            differences.add(row.getString("workspace_id") + " " + column + ": replayed " + replayed + ", viewed "
                    + row.getString(column));
        }
    }

    /** The dashboard's queries, for many tenants at once: each beside the day that its settings give it. */
    private static Map<String, Kpis> ofTenants(Instant at, List<History> histories) {
        Map<String, String> words = new HashMap<>(Map.of(
                "tenant", "startsWith(tenant_id, 'random-')",
                "at", KpiSql.moment("at"),
                "recently", KpiSql.moment("at") + " - INTERVAL 50 HOUR",
                "month_recently", KpiSql.moment("at") + " - INTERVAL 33 DAY",
                "day_start", "day_start",
                "day_end", "day_end",
                "month_start", "month_start",
                "events", "events INNER JOIN days USING (tenant_id)"));
        Map<String, Object> parameters = Map.of("at", at.toEpochMilli());
        Map<String, List<GenericRecord>> settings = byTenant(KpiSql.with("settings", words), parameters);
        Map<String, Moment> moments = histories.stream()
                .map(history ->
                        ClickHouseKpis.moment(history.tenant(), at, settings.getOrDefault(history.tenant(), List.of())))
                .collect(Collectors.toMap(Moment::tenantId, moment -> moment));
        clickHouse.execute("CREATE OR REPLACE TABLE days ENGINE = Memory AS SELECT t.1 AS tenant_id,"
                + " fromUnixTimestamp64Milli(t.2, 'UTC') AS day_start, fromUnixTimestamp64Milli(t.3, 'UTC') AS day_end,"
                + " fromUnixTimestamp64Milli(t.4, 'UTC') AS month_start FROM (SELECT arrayJoin(["
                + moments.values().stream().map(KpiAgreementIT::day).collect(Collectors.joining(",")) + "]) AS t)");
        Map<String, Map<String, List<GenericRecord>>> answers = new HashMap<>();
        for (String query : ClickHouseKpis.QUERIES) {
            answers.put(query, byTenant(KpiSql.with(query, words), parameters));
        }
        Map<String, Kpis> kpis = new HashMap<>();
        moments.forEach((tenant, moment) -> {
            Map<String, List<GenericRecord>> ofTenant = new HashMap<>();
            answers.forEach((query, rows) -> ofTenant.put(query, rows.getOrDefault(tenant, List.of())));
            kpis.put(tenant, ClickHouseKpis.kpis(moment, ofTenant));
        });
        return kpis;
    }

    private static String day(Moment moment) {
        return "('" + moment.tenantId() + "', toInt64(" + moment.day().start().toEpochMilli() + "), toInt64("
                + moment.day().end().toEpochMilli() + "), toInt64("
                + moment.day().monthStart().toEpochMilli() + "))";
    }

    private static Map<String, List<GenericRecord>> byTenant(String sql, Map<String, Object> parameters) {
        return clickHouse.query(sql, parameters).stream()
                .collect(Collectors.groupingBy(row -> row.getString("tenant_id")));
    }

    static List<History> histories(int first, int count, @org.jspecify.annotations.Nullable Instant at) {
        return IntStream.range(first, first + count)
                .mapToObj(seed -> RandomEvents.of(seed, "random-" + seed, at))
                .toList();
    }

    private static List<String> differences(String of, Map<String, String> replayed, Map<String, String> computed) {
        return Stream.concat(replayed.keySet().stream(), computed.keySet().stream())
                .distinct()
                .filter(figure -> !Objects.equals(replayed.get(figure), computed.get(figure)))
                .map(figure ->
                        of + " " + figure + ": replayed " + replayed.get(figure) + ", computed " + computed.get(figure))
                .toList();
    }

    /** In two inserts that overlap, so that many rows are there twice. */
    private static void insert(List<History> histories) {
        EventsTable table = service.context().getBean(EventsTable.class);
        for (int part = 0; part < 2; part++) {
            int half = part;
            table.insert(histories.stream()
                    .flatMap(history -> history.events().stream())
                    .filter(event -> half == 0 || event.id().hashCode() % 3 == 0)
                    .map(event -> ArchiveRow.of(event, 1, null))
                    .toList());
        }
    }
}
