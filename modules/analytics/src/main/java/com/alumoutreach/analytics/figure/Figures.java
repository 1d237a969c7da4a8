package com.alumoutreach.analytics.figure;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.kpi.ClickHouseKpis;
import com.alumoutreach.analytics.outreach.OutreachType;
import com.alumoutreach.backbone.http.ProblemException;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The queries. Distinct ids, so that a row that is there twice until a merge does not count twice. */
@Singleton
class Figures {
    private static final String SENT_SINCE = """
            SELECT uniqExact(id) AS messages FROM events
            WHERE tenant_id = {tenant:String} AND %s
              AND occurred_at >= fromUnixTimestamp64Milli(toInt64({from:Int64}), 'UTC')
              AND occurred_at <= fromUnixTimestamp64Milli(toInt64({now:Int64}), 'UTC')""".formatted(OutreachType.sql(OutreachType.MESSAGE_SENT));
    private static final String COUNTS = """
            SELECT toString(type) AS event_type, uniqExact(id) AS events FROM events
            WHERE tenant_id = {tenant:String} GROUP BY type ORDER BY events DESC, event_type""";

    private final ClickHouse clickHouse;
    private final ClickHouseKpis kpis;

    Figures(ClickHouse clickHouse, ClickHouseKpis kpis) {
        this.clickHouse = clickHouse;
        this.kpis = kpis;
    }

    /**
     * As the dashboard counts them.
     *
     * @param timeZone whose day is meant; null for the tenant's own
     * @throws ProblemException INVALID_TIME_ZONE
     */
    MessagesSentToday messagesSentToday(String tenantId, Instant now, @Nullable String timeZone) {
        ZoneId zone = timeZone == null ? kpis.moment(tenantId, now).day().zone() : zone(timeZone);
        LocalDate today = now.atZone(zone).toLocalDate();
        Map<String, Object> parameters = Map.of(
                "tenant", tenantId,
                "from", today.atStartOfDay(zone).toInstant().toEpochMilli(),
                "now", now.toEpochMilli());
        return new MessagesSentToday(
                today,
                zone.getId(),
                clickHouse.query(SENT_SINCE, parameters).getFirst().getLong("messages"));
    }

    EventCounts eventCounts(String tenantId) {
        List<EventCounts.TypeCount> counts = clickHouse.query(COUNTS, Map.of("tenant", tenantId)).stream()
                .map(row -> new EventCounts.TypeCount(row.getString("event_type"), row.getLong("events")))
                .toList();
        long total = counts.stream().mapToLong(EventCounts.TypeCount::count).sum();
        return new EventCounts(total, counts);
    }

    private static ZoneId zone(String timeZone) {
        try {
            return ZoneId.of(timeZone);
        } catch (DateTimeException e) {
            throw ProblemException.badRequest(
                    "INVALID_TIME_ZONE", "tz must be the name of a time zone, such as Europe/Berlin");
        }
    }
}
