package com.alumoutreach.backbone.privacy;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.LogRow;
import com.alumoutreach.backbone.eventlog.LoggedEvents;
import com.alumoutreach.backbone.jetstream.ErasedPositions;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.OutgoingMessage;
import com.alumoutreach.backbone.jetstream.StreamContents;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.MessageInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Puts redacted copies in the place of messages whose events were redacted in the log. For each: the copy is published, the
 * position is noted as empty on purpose, the message is overwritten and deleted, and then the event counts as done. Dying in
 * between costs a repetition: a copy that is there already is found by its message id.
 */
final class StreamErasure {
    /** Events a step. */
    private static final int CHUNK = 5_000;
    /** How far the clocks of Postgres and NATS may be apart. */
    private static final Duration CLOCKS = Duration.ofHours(1);

    private final Database database;
    private final String schema;
    private final LoggedEvents log;
    private final Messages messages;

    StreamErasure(Database database, String schema, Messages messages) {
        this.database = database;
        this.schema = schema;
        this.log = new LoggedEvents(schema);
        this.messages = messages;
    }

    private record Erased(UUID id, String type, Instant createdAt) {
        EventStream stream() {
            return EventStream.carrying(type);
        }
    }

    /**
     * One step. Events that the relay may hold in memory as they were wait until it has published them.
     *
     * @return how many events are done
     */
    int replace() throws IOException, JetStreamApiException {
        List<Erased> open = database.inSystemTransaction(tx -> tx.createQuery("SELECT event_id, event_type, created_at"
                        + " FROM %1$s.erased_events WHERE replaced_at IS NULL AND seq <= (SELECT seq FROM %1$s.relay_cursor)"
                                .formatted(schema)
                        + " ORDER BY seq LIMIT :limit")
                .bind("limit", CHUNK)
                .map((row, context) -> new Erased(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        row.getObject(3, OffsetDateTime.class).toInstant()))
                .list());
        if (open.isEmpty()) {
            return 0;
        }
        Map<EventStream, List<Erased>> byStream = open.stream().collect(Collectors.groupingBy(Erased::stream));
        replaceEvents(byStream.getOrDefault(EventStream.EVENTS, List.of()));
        if (byStream.containsKey(EventStream.WORK)) {
            replaceCommands(byStream.get(EventStream.WORK));
        }
        database.inSystemTransaction(tx -> tx.createUpdate(
                        "UPDATE " + schema + ".erased_events SET replaced_at = now() WHERE event_id = ANY(:ids)")
                .bindArray("ids", UUID.class, open.stream().map(Erased::id).toArray())
                .execute());
        return open.size();
    }

    private void replaceEvents(List<Erased> events) throws IOException, JetStreamApiException {
        if (events.isEmpty()) {
            return;
        }
        StreamContents contents = messages.contents(EventStream.EVENTS);
        Map<String, List<Long>> positions = positions(contents, events);
        List<OutgoingMessage> copies = new ArrayList<>();
        List<Deletion> deletions = new ArrayList<>();
        Map<UUID, LogRow> redacted = redacted(events);
        for (Erased event : events) {
            LogRow row = redacted.get(event.id());
            for (long position : positions.getOrDefault(event.id().toString(), List.of())) {
                MessageInfo message = messages.find(EventStream.EVENTS, position);
                if (row == null || message == null || Arrays.equals(message.getData(), row.body())) {
                    continue;
                }
                if (!positions.containsKey(ErasedPositions.copyOf(event.id()))) {
                    copies.add(new OutgoingMessage(row.type(), ErasedPositions.copyOf(event.id()), row.body()));
                }
                deletions.add(() -> {
                    messages.note(contents, position, event.id());
                    messages.delete(EventStream.EVENTS, position);
                });
            }
        }
        messages.publish(copies);
        for (Deletion deletion : deletions) {
            deletion.run();
        }
    }

    /** What talks to NATS, and may fail. */
    @FunctionalInterface
    private interface Deletion {
        void run() throws IOException, JetStreamApiException;
    }

    /** Of the events themselves and of copies of them. One pass over the stream, from where the oldest can lie. */
    private static Map<String, List<Long>> positions(StreamContents contents, List<Erased> events)
            throws IOException, JetStreamApiException {
        Set<String> ids = new HashSet<>();
        for (Erased event : events) {
            ids.add(event.id().toString());
            ids.add(ErasedPositions.copyOf(event.id()));
        }
        Instant oldest =
                events.stream().map(Erased::createdAt).min(Instant::compareTo).orElseThrow();
        return contents.positionsOf(
                ids, events.stream().map(Erased::type).collect(Collectors.toSet()), oldest.minus(CLOCKS));
    }

    /** Commands that nobody took yet: their taker has to hear of them, or what waits for their outcome waits for ever. */
    private void replaceCommands(List<Erased> commands) throws IOException, JetStreamApiException {
        Map<UUID, LogRow> redacted = redacted(commands);
        Map<String, LogRow> byMessageId = redacted.values().stream()
                .collect(Collectors.toMap(row -> row.id().toString(), Function.identity()));
        messages.replaceEach(EventStream.WORK, "work.>", message -> {
            LogRow row = byMessageId.get(Messages.id(message));
            return row == null || Arrays.equals(message.getData(), row.body()) ? null : row.body();
        });
    }

    private Map<UUID, LogRow> redacted(List<Erased> events) {
        return database
                .inSystemTransaction(
                        tx -> log.byId(tx, events.stream().map(Erased::id).toList()))
                .stream()
                .collect(Collectors.toMap(LogRow::id, Function.identity()));
    }
}
