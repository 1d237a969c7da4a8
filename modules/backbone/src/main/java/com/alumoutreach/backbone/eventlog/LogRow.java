package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code system_events}, ready to be published.
 *
 * @param body the envelope as it travels
 * @param traceParent as {@link TraceParent} writes it; null for rows from before there were traces
 */
public record LogRow(
        UUID id, String type, byte[] body, @Nullable String traceParent) {
    /** What {@link #read} needs, by their names. */
    static final String NAMES = "id, event_type, version, source, occurred_at, org_id, correlation_id, causation_id,"
            + " actor_id, actor_type, primary_entity_id, primary_entity_type, trace_parent, data";

    /** The same as they are selected from the table. */
    public static final String COLUMNS = NAMES.replace(", data", ", payload::text AS data");

    /** Stands where the data would be, which go into the envelope as the text they are. */
    private static final ObjectNode NO_DATA = EventCodec.mapper().createObjectNode();

    /**
     * Reads the columns by number: by name each would be looked up for each row.
     *
     * @param first the number of the first of {@link #NAMES}
     */
    public static LogRow read(ResultSet row, int first) throws SQLException {
        int column = first;
        EventEnvelope envelope = new EventEnvelope(
                row.getObject(column++, UUID.class),
                row.getString(column++),
                row.getString(column++),
                row.getString(column++),
                row.getObject(column++, OffsetDateTime.class).toInstant(),
                row.getString(column++),
                row.getString(column++),
                row.getObject(column++, UUID.class),
                new Actor(
                        row.getString(column++),
                        ActorType.valueOf(row.getString(column++).toUpperCase(Locale.ROOT))),
                new EntityRef(row.getString(column++), row.getString(column++)),
                NO_DATA,
                Map.of());
        String traceParent = row.getString(column++);
        return new LogRow(
                envelope.id(), envelope.type(), EventCodec.write(envelope, row.getString(column)), traceParent);
    }

    /** The headers of its message. */
    public Map<String, String> headers() {
        return traceParent == null ? Map.of() : Map.of(TraceParent.HEADER, traceParent);
    }
}
