package com.alumoutreach.analytics.reconciliation;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.clickhouse.client.api.query.GenericRecord;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What ClickHouse holds of a service's events. */
@Singleton
class ArchivedHours {
    private static final String BETWEEN = " AND occurred_at >= fromUnixTimestamp64Milli(toInt64({from:Int64}), 'UTC')"
            + " AND occurred_at < fromUnixTimestamp64Milli(toInt64({to:Int64}), 'UTC')";
    /** Rows, not events: one that is there twice makes an hour be looked at, where ids are compared. */
    private static final String COUNTS = """
            SELECT tenant_id, toInt64(toUnixTimestamp(toStartOfHour(occurred_at, 'UTC'))) AS hour, toInt64(count()) AS n,
                   reinterpretAsInt64(sum(halfMD5(toString(id)))) AS checksum
            FROM events WHERE source = {source:String}%s""" + BETWEEN + " GROUP BY tenant_id, hour";

    private static final String ONE_TENANT = " AND tenant_id = {tenant:String}";
    private static final String IDS =
            "SELECT DISTINCT id FROM events WHERE source = {source:String}" + ONE_TENANT + BETWEEN;
    private static final String NUMBER =
            "SELECT toInt64(uniqExact(id)) AS n FROM events WHERE source = {source:String}" + ONE_TENANT + BETWEEN;

    private final ClickHouse clickHouse;

    ArchivedHours(ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
    }

    /** A tenant's hour. */
    record Key(String tenantId, Instant hour) {}

    /** As in {@link com.alumoutreach.backbone.logs.HourSummary}, but of rows. */
    record Count(long rows, long checksum) {}

    Map<Key, Count> counts(String service, Range range) {
        Map<Key, Count> counts = new HashMap<>();
        String only = range.tenantId() == null ? "" : ONE_TENANT;
        for (GenericRecord row : clickHouse.query(COUNTS.formatted(only), parameters(service, range))) {
            counts.put(
                    new Key(row.getString("tenant_id"), Instant.ofEpochSecond(row.getLong("hour"))),
                    new Count(row.getLong("n"), row.getLong("checksum")));
        }
        return counts;
    }

    Set<UUID> ids(String service, Range range) {
        Set<UUID> ids = new HashSet<>();
        clickHouse.query(IDS, parameters(service, range)).forEach(row -> ids.add(row.getUUID("id")));
        return ids;
    }

    /** Each event once. */
    long events(String service, Range range) {
        return clickHouse.query(NUMBER, parameters(service, range)).getFirst().getLong("n");
    }

    /** Tenants of which anything happened in the range. */
    Set<String> tenants(Range range) {
        return clickHouse.query("SELECT DISTINCT tenant_id FROM events WHERE 1" + BETWEEN, times(range)).stream()
                .map(row -> row.getString("tenant_id"))
                .collect(Collectors.toSet());
    }

    private static Map<String, Object> parameters(String service, Range range) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("source", service + "-service");
        parameters.putAll(times(range));
        if (range.tenantId() != null) {
            parameters.put("tenant", range.tenantId());
        }
        return parameters;
    }

    private static Map<String, Object> times(Range range) {
        return Map.of("from", range.from().toEpochMilli(), "to", range.to().toEpochMilli());
    }
}
