package com.alumoutreach.analytics.figure;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.clickhouse.ClickHouseAwayException;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.backbone.http.ProblemException;
import com.clickhouse.client.api.query.GenericRecord;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/** The queries. Distinct ids, so that a row that is there twice until a merge does not count twice. */
@Singleton
class Figures {
    private static final String SENT_BETWEEN = """
            SELECT uniqExact(id) AS messages FROM events
            WHERE tenant_id = {tenant:String} AND type = 'pipeline.message.sent'
              AND occurred_at >= fromUnixTimestamp64Milli(toInt64({from:Int64}), 'UTC')
              AND occurred_at < fromUnixTimestamp64Milli(toInt64({to:Int64}), 'UTC')""";
    private static final String COUNTS = """
            SELECT toString(type) AS event_type, uniqExact(id) AS events FROM events
            WHERE tenant_id = {tenant:String} GROUP BY type ORDER BY events DESC, event_type""";

    private final ClickHouse clickHouse;
    private final EventsTable table;
    private final Clock clock;

    Figures(ClickHouse clickHouse, EventsTable table, Clock clock) {
        this.clickHouse = clickHouse;
        this.table = table;
        this.clock = clock;
    }

    MessagesSentToday messagesSentToday(String tenantId, String timeZone) {
        ZoneId zone = zone(timeZone);
        LocalDate today = LocalDate.now(clock.withZone(zone));
        Map<String, Object> day = Map.of(
                "tenant", tenantId,
                "from", today.atStartOfDay(zone).toInstant().toEpochMilli(),
                "to", today.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli());
        return new MessagesSentToday(
                today, zone.getId(), rows(SENT_BETWEEN, day).getFirst().getLong("messages"));
    }

    EventCounts eventCounts(String tenantId) {
        List<EventCounts.TypeCount> counts = rows(COUNTS, Map.of("tenant", tenantId)).stream()
                .map(row -> new EventCounts.TypeCount(row.getString("event_type"), row.getLong("events")))
                .toList();
        long total = counts.stream().mapToLong(EventCounts.TypeCount::count).sum();
        return new EventCounts(total, counts);
    }

    private List<GenericRecord> rows(String sql, Map<String, Object> parameters) {
        try {
            table.ensure();
            return clickHouse.query(sql, parameters);
        } catch (ClickHouseAwayException e) {
            throw new ProblemException(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "ANALYTICS_UNAVAILABLE",
                    "The analytics database does not answer now");
        }
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
