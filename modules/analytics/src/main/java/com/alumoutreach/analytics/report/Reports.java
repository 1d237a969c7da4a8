package com.alumoutreach.analytics.report;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.kpi.ClickHouseKpis;
import com.alumoutreach.analytics.kpi.FreshAnswers;
import com.alumoutreach.analytics.outreach.OutreachType;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.EventCatalog;
import com.alumoutreach.contracts.InvalidEventException;
import com.clickhouse.client.api.query.GenericRecord;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks ClickHouse. Nothing is kept between two calls; every query is of one tenant. */
@Singleton
class Reports {
    private static final List<Integer> WEEKS = List.of(1, 2, 4, 8);
    private static final int DIGITS = 4;

    private final ClickHouse clickHouse;
    private final ClickHouseKpis kpis;
    private final FreshAnswers answers;
    private final Clock clock;

    Reports(ClickHouse clickHouse, ClickHouseKpis kpis, FreshAnswers answers, Clock clock) {
        this.clickHouse = clickHouse;
        this.kpis = kpis;
        this.answers = answers;
        this.clock = clock;
    }

    Report report(String tenantId, Dimension dimension, Period period, int limit) {
        List<GenericRecord> rows = rows(ReportSql.report(dimension), parameters(tenantId, period, limit));
        Map<String, String> names = names(tenantId, dimension, rows);
        Freshness freshness = freshness(tenantId);
        return new Report(
                dimension.name().toLowerCase(Locale.ROOT),
                period.from(),
                period.to(),
                rows.stream()
                        .map(row -> row(row, names.get(row.getString("key"))))
                        .toList(),
                freshness.asOf(),
                freshness.lastEventAt());
    }

    Funnel funnel(String tenantId, Period period, int limit) {
        List<GenericRecord> rows = rows(ReportSql.funnel(), parameters(tenantId, period, limit));
        Map<String, String> names = names(tenantId, Dimension.CAMPAIGNS, rows);
        Freshness freshness = freshness(tenantId);
        return new Funnel(
                period.from(),
                period.to(),
                rows.stream()
                        .map(row -> new Funnel.Row(
                                row.getString("key"),
                                names.get(row.getString("key")),
                                row.getLong("queued"),
                                row.getLong("sent"),
                                row.getLong("delivered"),
                                row.getLong("opened"),
                                row.getLong("clicked"),
                                row.getLong("replied")))
                        .toList(),
                freshness.asOf(),
                freshness.lastEventAt());
    }

    /** @param asked a time zone's name; the tenant's own where there is none */
    Cohorts cohorts(String tenantId, Period asked, @Nullable String timeZone) {
        ZoneId zone = zone(tenantId, timeZone);
        List<ZonedDateTime> bounds = Buckets.WEEK.bounds(asked, zone);
        Period period = whole(bounds);
        Map<Long, GenericRecord> byWeek =
                rows(ReportSql.cohorts(seconds(bounds), WEEKS), parameters(tenantId, period, 0)).stream()
                        .collect(Collectors.toMap(row -> row.getLong("start"), row -> row));
        Freshness freshness = freshness(tenantId);
        List<Cohorts.Cohort> cohorts = new ArrayList<>();
        for (int i = 0; i + 1 < bounds.size(); i++) {
            GenericRecord row = byWeek.get(bounds.get(i).toEpochSecond());
            cohorts.add(cohort(bounds.get(i), bounds.get(i + 1), row, freshness.asOf()));
        }
        return new Cohorts(zone.getId(), cohorts, freshness.asOf(), freshness.lastEventAt());
    }

    /**
     * How many there were in each bucket that the period touches; zeros included.
     *
     * @param event a subject, or a type of the event model
     * @param campaignId empty for all
     */
    Series series(
            String tenantId, String event, Buckets by, Period period, @Nullable String timeZone, String campaignId) {
        ZoneId zone = zone(tenantId, timeZone);
        List<ZonedDateTime> bounds = by.bounds(period, zone);
        Map<String, Object> parameters = new HashMap<>(parameters(tenantId, period, 0));
        parameters.put("event", event);
        parameters.put("campaign", campaignId);
        Map<Long, Long> counts = rows(ReportSql.series(condition(event), seconds(bounds)), parameters).stream()
                .collect(Collectors.toMap(row -> row.getLong("start"), row -> row.getLong("n")));
        Freshness freshness = freshness(tenantId);
        return new Series(
                event,
                by.name().toLowerCase(Locale.ROOT),
                zone.getId(),
                bounds.subList(0, bounds.size() - 1).stream()
                        .map(start -> new Series.Point(
                                start.toOffsetDateTime(), counts.getOrDefault(start.toEpochSecond(), 0L)))
                        .toList(),
                freshness.asOf(),
                freshness.lastEventAt());
    }

    private static String condition(String event) {
        OutreachType type = OutreachType.ofId(event);
        if (type != null) {
            return OutreachType.sql(type);
        }
        if (EventCatalog.find(event).isEmpty()) {
            throw ProblemException.badRequest(
                    InvalidEventException.UNKNOWN_TYPE,
                    "event must be a subject of the catalogue or a type such as message_sent");
        }
        return "type = {event:String}";
    }

    private static Cohorts.Cohort cohort(
            ZonedDateTime start, ZonedDateTime end, @Nullable GenericRecord row, Instant now) {
        long leads = row == null ? 0 : row.getLong("leads");
        return new Cohorts.Cohort(
                start.toLocalDate(),
                leads,
                WEEKS.stream()
                        .map(weeks -> {
                            long replied = row == null ? 0 : row.getLong("within_" + weeks);
                            return new Cohorts.Within(
                                    weeks,
                                    replied,
                                    rate(replied, leads),
                                    !end.plusWeeks(weeks).toInstant().isAfter(now));
                        })
                        .toList());
    }

    private static Period whole(List<ZonedDateTime> bounds) {
        return new Period(bounds.getFirst().toInstant(), bounds.getLast().toInstant());
    }

    /** As ClickHouse reads an array; numbers of our own. */
    private static String seconds(List<ZonedDateTime> bounds) {
        return bounds.stream()
                .map(bound -> Long.toString(bound.toEpochSecond()))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static Report.Row row(GenericRecord row, @Nullable String name) {
        long sent = row.getLong("sent");
        long leads = row.getLong("leads");
        long failed = row.getLong("failed");
        return new Report.Row(
                row.getString("key"),
                name,
                row.getLong("queued"),
                sent,
                leads,
                row.getLong("delivered"),
                row.getLong("opened"),
                row.getLong("opened_by_machines"),
                row.getLong("clicked"),
                row.getLong("clicked_by_machines"),
                row.getLong("replies"),
                row.getLong("replied"),
                row.getLong("bounced"),
                failed,
                row.getLong("complained"),
                row.getLong("unsubscribed"),
                new Report.Rates(
                        rate(row.getLong("sent_delivered"), sent),
                        rate(row.getLong("sent_opened"), sent),
                        rate(row.getLong("sent_clicked"), sent),
                        rate(row.getLong("sent_bounced"), sent),
                        rate(row.getLong("sent_complained"), sent),
                        rate(failed, sent + failed),
                        rate(row.getLong("replied"), leads),
                        rate(row.getLong("unsubscribed"), leads)));
    }

    private static double rate(long part, long whole) {
        return whole == 0
                ? 0
                : BigDecimal.valueOf(part)
                        .divide(BigDecimal.valueOf(whole), DIGITS, RoundingMode.HALF_UP)
                        .doubleValue();
    }

    private Map<String, String> names(String tenantId, Dimension dimension, List<GenericRecord> rows) {
        if (!dimension.named() || rows.isEmpty()) {
            return Map.of();
        }
        String keys = rows.stream().map(row -> row.getString("key")).collect(Collectors.joining("\n"));
        return rows(ReportSql.names(dimension), Map.of("tenant", tenantId, "keys", keys)).stream()
                .collect(Collectors.toMap(row -> row.getString("key"), row -> row.getString("latest")));
    }

    private Freshness freshness(String tenantId) {
        Instant now = clock.instant();
        GenericRecord row =
                rows(ReportSql.lastEvent(), Map.of("tenant", tenantId)).getFirst();
        return new Freshness(now, row.getLong("n") == 0 ? null : Instant.ofEpochMilli(row.getLong("at")));
    }

    private ZoneId zone(String tenantId, @Nullable String asked) {
        if (asked != null) {
            try {
                return ZoneId.of(asked);
            } catch (DateTimeException e) {
                throw ProblemException.badRequest(
                        "INVALID_TIME_ZONE", "tz must be the name of a time zone, such as Europe/Berlin");
            }
        }
        return answers.asked(() -> kpis.moment(tenantId, clock.instant()).day().zone());
    }

    private static Map<String, Object> parameters(String tenantId, Period period, int limit) {
        return Map.of(
                "tenant",
                tenantId,
                "from",
                period.from().toEpochMilli(),
                "to",
                period.to().toEpochMilli(),
                "limit",
                limit);
    }

    private List<GenericRecord> rows(String sql, Map<String, Object> parameters) {
        return answers.asked(() -> clickHouse.query(sql, parameters));
    }
}
