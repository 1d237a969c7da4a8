package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.backbone.tracing.Tracing;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventCatalog;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.EventType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Station 3: appends what happened to the schema's {@code system_events}, in the caller's transaction. The row is both the
 * record and the outbox: it is published by {@link EventRelay} (station 4) after the commit, and never changed.
 */
@EachBean(ServiceModule.class)
public class EventLog {
    /** Room for the envelope and headers below NATS' default limit of 1 MiB for a message. */
    static final int MAX_DATA_BYTES = 900_000;

    private final ServiceModule module;
    private final RelaySignal signal;
    private final Clock clock;
    private final String insert;
    private final TraceOfEvent traces;

    EventLog(@Parameter ServiceModule module, RelaySignal signal, Clock clock, Tracing tracing) {
        this.module = module;
        this.signal = signal;
        this.clock = clock;
        this.traces = new TraceOfEvent(module.schema(), tracing);
        this.insert = """
                INSERT INTO %s.system_events (id, org_id, event_type, occurred_at, actor_id, actor_type,
                  primary_entity_id, primary_entity_type, payload, correlation_id, causation_id, source, version,
                  origin, trace_parent)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?)""".formatted(module.schema());
    }

    /** An event and why it happened. */
    public record Entry(EventContext context, Event event) {}

    /**
     * Appends one event.
     *
     * @return the event's id
     * @throws IllegalStateException when {@code tx} is not inside a transaction: the event would not stand or fall with
     *     the change that it tells of
     * @throws com.alumoutreach.contracts.InvalidEventException when the event breaks its own schema
     */
    public UUID append(Handle tx, EventContext context, Event event) {
        return appendAll(tx, List.of(new Entry(context, event))).getFirst();
    }

    /** Appends many events in the order given, in one round trip. */
    public List<UUID> appendAll(Handle tx, List<Entry> entries) {
        if (!tx.isInTransaction()) {
            throw new IllegalStateException("Events are appended inside a transaction only");
        }
        if (entries.isEmpty()) {
            return List.of();
        }
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        List<UUID> ids = new ArrayList<>(entries.size());
        try (PreparedStatement statement = tx.getConnection().prepareStatement(insert)) {
            for (Entry entry : entries) {
                UUID id = EventIds.next();
                bind(statement, id, entry, now, traces.of(tx, entry.context()));
                statement.addBatch();
                ids.add(id);
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw new EventLogException("Cannot append to " + module.schema() + ".system_events", e);
        }
        tx.afterCommit(() -> signal.wake(module.name()));
        return ids;
    }

    private void bind(PreparedStatement statement, UUID id, Entry entry, OffsetDateTime now, TraceParent traceParent)
            throws SQLException {
        EventContext context = entry.context();
        EventType type = EventCatalog.of(entry.event().getClass());
        statement.setObject(1, id);
        statement.setString(2, context.tenantId());
        statement.setString(3, type.subject());
        statement.setObject(4, now);
        statement.setString(5, context.actor().id());
        statement.setString(6, context.actor().type().wireName());
        statement.setString(7, entry.event().entity().id());
        statement.setString(8, entry.event().entity().type());
        statement.setString(9, data(type, entry.event()));
        statement.setString(10, context.correlationId());
        statement.setObject(11, context.causationId(), Types.OTHER);
        statement.setString(12, module.source());
        statement.setString(13, type.version());
        statement.setString(14, context.origin());
        statement.setString(15, traceParent.toString());
    }

    private static String data(EventType type, Event event) {
        ObjectNode data = EventCodec.toData(event);
        String json = data.toString();
        // A char is at most three bytes in UTF-8, so only long texts need counting.
        if (json.length() > MAX_DATA_BYTES / 3
                && json.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_DATA_BYTES) {
            throw new EventLogException(
                    type.subject() + " is larger than " + MAX_DATA_BYTES + " bytes; keep large content out of events",
                    null);
        }
        return json;
    }
}
