package com.alumoutreach.analytics.kpi;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.kpi.Kpis.AccountHealth;
import com.alumoutreach.analytics.kpi.Kpis.CampaignSnapshot;
import com.alumoutreach.analytics.kpi.Kpis.CampaignStatus;
import com.alumoutreach.analytics.kpi.Kpis.MonthToDate;
import com.alumoutreach.analytics.kpi.Kpis.SystemStatus;
import com.clickhouse.client.api.query.GenericRecord;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The figures by ClickHouse: what the dashboard shows. Nothing is kept between two calls. */
@Singleton
public class ClickHouseKpis {
    /** What needs only the moment, and is asked while the settings are. */
    private static final List<String> OF_ANY_DAY = List.of("leads", "health", "contacts");

    /** What needs the tenant's day. */
    private static final List<String> OF_THE_DAY = List.of("campaigns", "followups", "sends");

    /** What the dashboard does not show. */
    private static final String MONTH = "month";

    static final List<String> QUERIES = Stream.of(OF_ANY_DAY, OF_THE_DAY, List.of(MONTH))
            .flatMap(List::stream)
            .toList();

    private static final String SETTINGS = "settings";
    private static final String LAST_EVENT = "last_event";
    private static final Set<String> SHOWN = Set.of("running", "paused");
    private static final Map<String, CampaignStatus> STATUS = Map.of(
            "draft", CampaignStatus.RUNNING,
            "running", CampaignStatus.RUNNING,
            "paused", CampaignStatus.PAUSED,
            "finished", CampaignStatus.COMPLETED);

    private final ClickHouse clickHouse;
    private final Map<String, String> sql = new ConcurrentHashMap<>();
    private final ExecutorService queries = Executors.newVirtualThreadPerTaskExecutor();

    ClickHouseKpis(ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
    }

    /**
     * What a dashboard asks, by name, for whoever wants to ask it without the service. Their parameters are those of {@link Moment}.
     *
     * @param ofTheDay those that need the tenant's day, which {@code settings} among the others tells
     */
    public static Map<String, String> statements(boolean ofTheDay) {
        Stream<String> names =
                ofTheDay ? OF_THE_DAY.stream() : Stream.concat(OF_ANY_DAY.stream(), Stream.of(SETTINGS, LAST_EVENT));
        return names.collect(Collectors.toUnmodifiableMap(Function.identity(), KpiSql::ofTenant));
    }

    /**
     * Asks for all figures, several at once.
     *
     * @param at events after it do not count; to the millisecond
     * @throws com.alumoutreach.analytics.clickhouse.ClickHouseAwayException when it does not answer
     */
    public Kpis at(String tenantId, Instant at) {
        return asked(
                tenantId,
                at,
                Stream.concat(OF_THE_DAY.stream(), Stream.of(MONTH)).toList());
    }

    /** The same without the month, which the dashboard does not show. */
    public Kpis ofDashboard(String tenantId, Instant at) {
        return asked(tenantId, at, OF_THE_DAY);
    }

    private Kpis asked(String tenantId, Instant at, List<String> ofTheDay) {
        Instant exact = at.truncatedTo(ChronoUnit.MILLIS);
        Map<String, CompletableFuture<List<GenericRecord>>> asked = new HashMap<>();
        OF_ANY_DAY.forEach(name -> asked.put(name, ask(name, parameters(tenantId, exact))));
        Moment moment = moment(tenantId, exact);
        ofTheDay.forEach(name -> asked.put(name, ask(name, moment.parameters())));
        Map<String, List<GenericRecord>> answers = new HashMap<>();
        asked.forEach((name, answer) -> answers.put(name, got(answer)));
        return kpis(moment, answers);
    }

    /** @param answers rows of the tenant by query; none where nothing happened */
    static Kpis kpis(Moment moment, Map<String, List<GenericRecord>> answers) {
        List<GenericRecord> campaigns = rows(answers, "campaigns");
        Health health = Health.of(rows(answers, "health"), moment.at());
        Status status = health.status(campaigns);
        List<GenericRecord> leads = rows(answers, "leads");
        return new Kpis(
                moment.day().zone().getId(),
                moment.cap(),
                number(rows(answers, "sends"), "todays_sends"),
                number(leads, "replies_requiring_action"),
                number(leads, "leads_messaged"),
                number(leads, "leads_replied"),
                status.status(),
                status.reason(),
                health.account(),
                answers.containsKey(MONTH) ? month(rows(answers, MONTH)) : null,
                !rows(answers, "contacts").isEmpty(),
                number(rows(answers, "followups"), "followups_due_today"),
                snapshots(campaigns, moment.day().start()));
    }

    private static MonthToDate month(List<GenericRecord> rows) {
        return new MonthToDate(
                number(rows, "emails_sent_mtd"),
                number(rows, "replies_mtd"),
                number(rows, "interested_mtd"),
                number(rows, "bounces_mtd"),
                number(rows, "unsubscribes_mtd"));
    }

    private static List<GenericRecord> rows(Map<String, List<GenericRecord>> answers, String name) {
        return answers.getOrDefault(name, List.of());
    }

    /** The figures of the month alone, as {@link #at} has them. */
    public MonthToDate monthToDate(String tenantId, Instant at) {
        return month(query(MONTH, moment(tenantId, at).parameters()));
    }

    /** The tenant's latest event, of any kind; null before the first. */
    public @Nullable Instant lastEventAt(String tenantId, Instant at) {
        return askLastEventAt(tenantId, at).get();
    }

    /** Asks for the same without waiting: what it returns waits. */
    public Supplier<@Nullable Instant> askLastEventAt(String tenantId, Instant at) {
        CompletableFuture<List<GenericRecord>> answer = ask(LAST_EVENT, parameters(tenantId, at));
        return () -> {
            List<GenericRecord> rows = got(answer);
            return rows.isEmpty() ? null : instant(rows.getFirst(), "last_event_at");
        };
    }

    /** The tenant's settings and day as of a moment. */
    public Moment moment(String tenantId, Instant at) {
        Instant exact = at.truncatedTo(ChronoUnit.MILLIS);
        List<GenericRecord> settings = query(SETTINGS, parameters(tenantId, exact));
        return moment(tenantId, exact, settings);
    }

    static Moment moment(String tenantId, Instant at, List<GenericRecord> settings) {
        if (settings.isEmpty()) {
            return new Moment(tenantId, at, Day.of("UTC", at), null);
        }
        GenericRecord row = settings.getFirst();
        return new Moment(
                tenantId,
                at,
                Day.of(row.getString("time_zone"), at),
                row.hasValue("daily_send_cap") ? row.getLong("daily_send_cap") : null);
    }

    private static Map<String, Object> parameters(String tenantId, Instant at) {
        return Map.of("tenant", tenantId, "at", at.toEpochMilli());
    }

    private CompletableFuture<List<GenericRecord>> ask(String name, Map<String, Object> parameters) {
        return CompletableFuture.supplyAsync(() -> query(name, parameters), queries);
    }

    private List<GenericRecord> query(String name, Map<String, Object> parameters) {
        return clickHouse.query(sql.computeIfAbsent(name, KpiSql::ofTenant), parameters);
    }

    private static List<CampaignSnapshot> snapshots(List<GenericRecord> campaigns, Instant dayStart) {
        List<CampaignSnapshot> snapshots = new ArrayList<>();
        for (GenericRecord row : campaigns) {
            CampaignSnapshot snapshot = new CampaignSnapshot(
                    row.getString("campaign_id"),
                    row.getString("name"),
                    STATUS.getOrDefault(row.getString("state"), CampaignStatus.RUNNING),
                    row.getLong("queue_remaining"),
                    row.getLong("todays_sends"),
                    row.getLong("replies_today"));
            boolean busy = snapshot.queueRemaining() > 0 || snapshot.todaysSends() > 0 || snapshot.repliesToday() > 0;
            boolean finishedToday = row.getString("state").equals("finished")
                    && !row.getZonedDateTime("last_at").toInstant().isBefore(dayStart);
            if (SHOWN.contains(row.getString("state")) || busy || finishedToday) {
                snapshots.add(snapshot);
            }
        }
        return snapshots;
    }

    private record Status(SystemStatus status, String reason) {}

    /** What the tenant's sending is like. */
    private record Health(
            @Nullable Instant lastAction,
            String lastChannel,
            long errors,
            @Nullable Instant captcha,
            @Nullable Instant openThrottle,
            Instant at) {
        static Health of(List<GenericRecord> rows, Instant at) {
            if (rows.isEmpty()) {
                return new Health(null, "", 0, null, null, at);
            }
            GenericRecord row = rows.getFirst();
            Instant throttled = instant(row, "throttled_at");
            Instant resumed = instant(row, "resumed_at");
            boolean open = throttled != null && (resumed == null || !resumed.isAfter(throttled));
            return new Health(
                    instant(row, "last_action_at"),
                    row.getString("last_channel"),
                    row.getLong("errors_24h"),
                    instant(row, "captcha_at"),
                    open ? throttled : null,
                    at);
        }

        Status status(List<GenericRecord> campaigns) {
            if (captcha != null) {
                return new Status(
                        SystemStatus.ERROR, "A captcha was detected at " + captcha.truncatedTo(ChronoUnit.SECONDS));
            }
            if (openThrottle != null) {
                return new Status(
                        SystemStatus.THROTTLED,
                        "The automation is throttled since " + openThrottle.truncatedTo(ChronoUnit.SECONDS));
            }
            long unfinished = campaigns.size() - in("finished", campaigns);
            if (unfinished > 0 && unfinished == in("paused", campaigns)) {
                return new Status(
                        SystemStatus.PAUSED,
                        unfinished == 1
                                ? "The only unfinished campaign is paused"
                                : "All " + unfinished + " unfinished campaigns are paused");
            }
            return new Status(SystemStatus.HEALTHY, "Nothing stands in the way of sending");
        }

        AccountHealth account() {
            boolean cooldown = openThrottle != null && !openThrottle.isBefore(at.minus(Duration.ofHours(24)));
            String method = lastChannel.isEmpty() ? "unknown" : lastChannel;
            return new AccountHealth(
                    lastAction, cooldown, errors, captcha != null, lastAction == null ? "none" : method);
        }

        private static long in(String state, List<GenericRecord> campaigns) {
            return campaigns.stream()
                    .filter(row -> row.getString("state").equals(state))
                    .count();
        }
    }

    private static @Nullable Instant instant(GenericRecord row, String column) {
        return row.hasValue(column) ? row.getZonedDateTime(column).toInstant() : null;
    }

    /** 0 when there is no row: nothing happened. */
    private static long number(List<GenericRecord> rows, String column) {
        return rows.isEmpty() ? 0 : rows.getFirst().getLong(column);
    }

    private static List<GenericRecord> got(CompletableFuture<List<GenericRecord>> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    @PreDestroy
    void close() {
        queries.close();
    }
}
