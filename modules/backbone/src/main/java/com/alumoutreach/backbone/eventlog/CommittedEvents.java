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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Reads a log in the order of publication, as far as no running transaction can still add a row before. */
final class CommittedEvents {
    /** Bounds what one batch holds in memory and puts on the wire at once. */
    private static final long MAX_BATCH_BYTES = 8_000_000;

    private final String query;

    CommittedEvents(String schema) {
        // The running sum ends the batch early when its payloads are large; the first row always comes.
        this.query = """
                SELECT * FROM (
                  SELECT head.*, sum(octet_length(data)) OVER (ORDER BY tx_id, seq) AS bytes, row_number() OVER (ORDER BY tx_id, seq) AS n
                  FROM (
                    SELECT tx_id, seq, id, org_id, event_type, occurred_at, actor_id, actor_type, primary_entity_id,
                           primary_entity_type, payload::text AS data, correlation_id, causation_id, source, version
                    FROM %s.system_events
                    WHERE (tx_id, seq) > (:tx::xid8, :seq) AND tx_id < pg_snapshot_xmin(pg_current_snapshot())
                    ORDER BY tx_id, seq LIMIT :limit) head) summed
                WHERE bytes <= :bytes OR n = 1
                ORDER BY tx_id, seq""".formatted(schema);
    }

    record Row(RelayCursor.Position position, EventEnvelope envelope) {}

    List<Row> after(Handle connection, RelayCursor.Position from, int limit) {
        return connection
                .createQuery(query)
                .bind("tx", from.txId())
                .bind("seq", from.seq())
                .bind("limit", limit)
                .bind("bytes", MAX_BATCH_BYTES)
                .map((row, context) -> row(row))
                .list();
    }

    private static Row row(ResultSet row) throws SQLException {
        RelayCursor.Position position = new RelayCursor.Position(row.getString("tx_id"), row.getLong("seq"));
        EventEnvelope envelope = new EventEnvelope(
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
        return new Row(position, envelope);
    }

    private static ObjectNode data(String json) {
        try {
            return (ObjectNode) EventCodec.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new EventLogException("A row of the log is not JSON", e);
        }
    }
}
