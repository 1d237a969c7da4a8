package com.alumoutreach.analytics.validation;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.kpi.RelevantTypes;
import com.alumoutreach.analytics.validation.Validation.Named;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.clickhouse.client.api.query.GenericRecord;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Which events of a tenant ClickHouse has, of those that figures are made of. */
@Singleton
class ArchivedIds {
    private static final String OF_TENANT = " FROM events WHERE tenant_id = {tenant:String} AND type IN ('"
            + String.join("', '", RelevantTypes.all())
            + "') AND occurred_at <= fromUnixTimestamp64Milli(toInt64({at:Int64}), 'UTC')";

    private final ClickHouse clickHouse;

    ArchivedIds(ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
    }

    Map<UUID, Named> until(String tenantId, Instant at) {
        return named("SELECT id, toString(type) AS event_type, occurred_at" + OF_TENANT, tenantId, at);
    }

    long count(String tenantId, Instant at) {
        return clickHouse
                .query("SELECT toInt64(count()) AS n" + OF_TENANT, parameters(tenantId, at))
                .getFirst()
                .getLong("n");
    }

    /** Differs from an earlier one when an event came or went in between; costs less than to read all ids again. */
    String fingerprint(String tenantId, Instant at) {
        return clickHouse
                .query(
                        "SELECT toString((count(), groupBitXor(cityHash64(id)))) AS fingerprint FROM (SELECT DISTINCT id"
                                + OF_TENANT + ")",
                        parameters(tenantId, at))
                .getFirst()
                .getString("fingerprint");
    }

    /**
     * Those of them that no log has and that are from before the stream.
     *
     * @param sources services, which have logs
     */
    List<EventEnvelope> foreignBefore(
            String tenantId, Instant at, ForeignEvents.Beginning stream, Set<String> sources) {
        String known = sources.stream().sorted().collect(Collectors.joining("', '"));
        String sql = "SELECT id, toString(type) AS event_type, toString(source) AS from_source, occurred_at, entity_id,"
                + " toString(entity_type) AS entity_kind, data" + OF_TENANT + " AND (stream_position < "
                + stream.position() + " OR ingested_at < fromUnixTimestamp64Milli(toInt64("
                + stream.time().toEpochMilli() + "), 'UTC')) AND source NOT IN ('" + known + "') LIMIT 1 BY id";
        List<EventEnvelope> envelopes = new ArrayList<>();
        for (GenericRecord row : clickHouse.query(sql, parameters(tenantId, at))) {
            try {
                envelopes.add(new EventEnvelope(
                        row.getUUID("id"),
                        row.getString("event_type"),
                        "1.0",
                        row.getString("from_source"),
                        row.getZonedDateTime("occurred_at").toInstant(),
                        tenantId,
                        "",
                        null,
                        null,
                        row.getString("entity_id").isEmpty()
                                ? null
                                : new EntityRef(row.getString("entity_id"), row.getString("entity_kind")),
                        (ObjectNode) EventCodec.mapper().readTree(row.getString("data")),
                        Map.of()));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("data in ClickHouse are not JSON", e);
            }
        }
        return envelopes;
    }

    private static Map<String, Object> parameters(String tenantId, Instant at) {
        return Map.of("tenant", tenantId, "at", at.toEpochMilli());
    }

    private Map<UUID, Named> named(String sql, String tenantId, Instant at) {
        Map<UUID, Named> named = new HashMap<>();
        for (GenericRecord row : clickHouse.query(sql, parameters(tenantId, at))) {
            UUID id = row.getUUID("id");
            named.put(
                    id,
                    new Named(
                            id,
                            row.getString("event_type"),
                            row.getZonedDateTime("occurred_at").toInstant()));
        }
        return named;
    }
}
