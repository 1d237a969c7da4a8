package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** A row of {@code system_events} as the envelope that was appended. */
final class LogRow {
    /** To be selected. */
    static final String COLUMNS = "seq, id, org_id, event_type, occurred_at, actor_id, actor_type, primary_entity_id,"
            + " primary_entity_type, payload::text AS data, correlation_id, causation_id, source, version";

    private LogRow() {}

    static EventEnvelope envelope(ResultSet row) throws SQLException {
        return new EventEnvelope(
                row.getObject("id", UUID.class),
                row.getString("event_type"),
                row.getString("version"),
                row.getString("source"),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getString("org_id"),
                row.getString("correlation_id"),
                row.getObject("causation_id", UUID.class),
                new Actor(
                        row.getString("actor_id"),
                        ActorType.valueOf(row.getString("actor_type").toUpperCase(Locale.ROOT))),
                new EntityRef(row.getString("primary_entity_id"), row.getString("primary_entity_type")),
                data(row.getString("data")),
                Map.of());
    }

    private static ObjectNode data(String json) {
        try {
            return (ObjectNode) EventCodec.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new EventLogException("A row of the log is not JSON", e);
        }
    }
}
