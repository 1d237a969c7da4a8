package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.backbone.tracing.Tracing;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventCatalog;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.EventType;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Station 3: appends what happened to the schema's {@code system_events}, in the caller's transaction. The row is both the
 * record and the outbox: it is published by {@link EventRelay} (station 4) after the commit, and never changed.
 */
@EachBean(ServiceModule.class)
public class EventLog {
    /** Room for the envelope and headers below NATS' default limit of 1 MiB for a message. */
    static final int MAX_DATA_BYTES = 900_000;

    /** From so many events on one statement that takes lists is quicker than one row a statement. */
    private static final int MANY = 8;

    private final ServiceModule module;
    private final RelaySignal signal;
    private final Clock clock;
    private final String insert;
    private final TraceOfEvent traces;
    private final String insertMany;

    EventLog(@Parameter ServiceModule module, RelaySignal signal, Clock clock, Tracing tracing) {
        this.module = module;
        this.signal = signal;
        this.clock = clock;
        this.traces = new TraceOfEvent(module.schema(), tracing);
        String into = """
                INSERT INTO %s.system_events (id, org_id, event_type, occurred_at, actor_id, actor_type,
                  primary_entity_id, primary_entity_type, payload, correlation_id, causation_id, source, version,
                  origin, trace_parent)
                """.formatted(module.schema());
        this.insert = into + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?)";
        // Rows come out of the lists in their order, so their positions are in the order of the events.
        this.insertMany = into + """
                SELECT id, org, type, coalesce(happened, ?), actor, actor_type, entity, entity_type, data::jsonb, correlation, causation, ?,
                  version, origin, trace
                FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                  ?::text[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::timestamptz[])
                  AS e (id, org, type, actor, actor_type, entity, entity_type, data, correlation, causation, version,
                        origin, trace, happened)""";
    }

    /** An event and why it happened. */
    public record Entry(EventContext context, Event event) {}

    /**
     * An event that is checked and written as JSON, which can be done before the transaction that appends it.
     *
     * @param happenedAt null when it happens as it is appended
     */
    public record Ready(
            UUID id,
            EventContext context,
            EventType type,
            EntityRef entity,
            String data,
            @Nullable Instant happenedAt) {}

    /**
     * Checks an event, and writes it down.
     *
     * @throws com.alumoutreach.contracts.InvalidEventException when the event breaks its own schema
     */
    public static Ready ready(EventContext context, Event event) {
        return ready(context, event, EventIds.next(), null);
    }

    /**
     * The same for an event that happened elsewhere, and has its id and time from there.
     *
     * @param id used once; nothing here looks whether the log has it already
     */
    public static Ready happened(EventContext context, Event event, UUID id, Instant happenedAt) {
        return ready(context, event, id, happenedAt);
    }

    private static Ready ready(EventContext context, Event event, UUID id, @Nullable Instant happenedAt) {
        EventType type = EventCatalog.of(event.getClass());
        return new Ready(id, context, type, event.entity(), data(type, event), happenedAt);
    }

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
        List<Ready> ready = new ArrayList<>(entries.size());
        entries.forEach(entry -> ready.add(ready(entry.context(), entry.event())));
        appendReady(tx, ready);
        return ready.stream().map(Ready::id).toList();
    }

    /** The same with events that are written already. */
    public void appendReady(Handle tx, List<Ready> events) {
        if (!tx.isInTransaction()) {
            throw new IllegalStateException("Events are appended inside a transaction only");
        }
        if (events.isEmpty()) {
            return;
        }
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        List<String> traceParents = new ArrayList<>(events.size());
        events.forEach(event -> traceParents.add(traceParent(tx, event.context())));
        try {
            if (events.size() < MANY) {
                insertEach(tx.getConnection(), events, now, traceParents);
            } else {
                insertLists(tx.getConnection(), events, now, traceParents);
            }
        } catch (SQLException e) {
            throw new EventLogException("Cannot append to " + module.schema() + ".system_events", e);
        }
        tx.afterCommit(() -> signal.wake(module.name()));
    }

    /** The trace that an event of this context joins, for the few that append by a statement of their own. */
    public String traceParent(Handle tx, EventContext context) {
        return traces.of(tx, context).toString();
    }

    private void insertEach(Connection connection, List<Ready> events, OffsetDateTime now, List<String> traceParents)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (int i = 0; i < events.size(); i++) {
                bind(statement, events.get(i), now, traceParents.get(i));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private void bind(PreparedStatement statement, Ready event, OffsetDateTime now, String traceParent)
            throws SQLException {
        EventContext context = event.context();
        statement.setObject(1, event.id());
        statement.setString(2, context.tenantId());
        statement.setString(3, event.type().subject());
        Instant happenedAt = event.happenedAt();
        statement.setObject(4, happenedAt == null ? now : happenedAt.atOffset(ZoneOffset.UTC));
        statement.setString(5, context.actor().id());
        statement.setString(6, context.actor().type().wireName());
        statement.setString(7, event.entity().id());
        statement.setString(8, event.entity().type());
        statement.setString(9, event.data());
        statement.setString(10, context.correlationId());
        statement.setObject(11, context.causationId(), Types.OTHER);
        statement.setString(12, module.source());
        statement.setString(13, event.type().version());
        statement.setString(14, context.origin());
        statement.setString(15, traceParent);
    }

    private void insertLists(Connection connection, List<Ready> events, OffsetDateTime now, List<String> traceParents)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insertMany)) {
            statement.setObject(1, now);
            statement.setString(2, module.source());
            list(statement, 3, "uuid", UUID[]::new, events, Ready::id);
            texts(statement, 4, events, e -> e.context().tenantId());
            texts(statement, 5, events, e -> e.type().subject());
            texts(statement, 6, events, e -> e.context().actor().id());
            texts(statement, 7, events, e -> e.context().actor().type().wireName());
            texts(statement, 8, events, e -> e.entity().id());
            texts(statement, 9, events, e -> e.entity().type());
            texts(statement, 10, events, Ready::data);
            texts(statement, 11, events, e -> e.context().correlationId());
            list(statement, 12, "uuid", UUID[]::new, events, e -> e.context().causationId());
            texts(statement, 13, events, e -> e.type().version());
            texts(statement, 14, events, e -> e.context().origin());
            statement.setArray(15, connection.createArrayOf("text", traceParents.toArray()));
            statement.setArray(16, connection.createArrayOf("timestamptz", times(events)));
            statement.executeUpdate();
        }
    }

    /** Mostly none has a time of its own: then the list is empty, and Postgres fills it up with nulls. */
    private static @Nullable Object[] times(List<Ready> events) {
        boolean none = events.stream().allMatch(event -> event.happenedAt() == null);
        return none ? new Object[0] : events.stream().map(Ready::happenedAt).toArray();
    }

    private static void texts(
            PreparedStatement statement, int number, List<Ready> events, Function<Ready, @Nullable String> value)
            throws SQLException {
        list(statement, number, "text", String[]::new, events, value);
    }

    private static <T> void list(
            PreparedStatement statement,
            int number,
            String type,
            IntFunction<@Nullable T[]> array,
            List<Ready> events,
            Function<Ready, @Nullable T> value)
            throws SQLException {
        @Nullable T[] values = array.apply(events.size());
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(events.get(i));
        }
        statement.setArray(number, statement.getConnection().createArrayOf(type, values));
    }

    private static String data(EventType type, Event event) {
        String json = EventCodec.toText(event);
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
