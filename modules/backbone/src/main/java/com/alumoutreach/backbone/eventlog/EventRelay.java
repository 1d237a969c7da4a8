package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.OutgoingMessage;
import com.alumoutreach.backbone.tracing.Recording;
import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.backbone.tracing.Tracing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Station 4: publishes the committed rows of one {@code system_events} in order, each at least once. The step only; the loop,
 * and the lock that keeps a second relay of the same schema out, are {@link RelayLoop}.
 *
 * <p>Order is that of positions in the log; a row that may still be committed before others is waited for ({@link
 * CommittedEvents}).
 */
public class EventRelay {
    private static final int BATCH = JetStreamPublisher.MAX_BATCH;

    /** Some 0.5 s of work with a backlog: between two steps the loop stops, and looks whether JetStream lost something. */
    private static final int BATCHES_A_STEP = 20;

    private final String schema;
    private final RelayCursor cursor;
    private final CommittedEvents committed;
    private final JetStreamPublisher publisher;
    private final BooleanSupplier sameServer;
    private final MeterRegistry metrics;
    private final Tracing tracing;
    private Set<String> present = Set.of();

    /** @param sameServer whether NATS is still the one whose streams were checked */
    EventRelay(
            String schema,
            JetStreamPublisher publisher,
            BooleanSupplier sameServer,
            MeterRegistry metrics,
            Tracing tracing) {
        this.schema = schema;
        this.cursor = new RelayCursor(schema);
        this.committed = new CommittedEvents(schema);
        this.publisher = publisher;
        this.sameServer = sameServer;
        this.metrics = metrics;
        this.tracing = tracing;
    }

    /**
     * Publishes what is there, up to some batches. While JetStream writes one, the cursor moves behind the batch before and the
     * next is read; a batch is sent when the one before is acknowledged, so that their order is certain.
     *
     * @param connection the connection that holds the relay's lock, so that a relay which lost it cannot move the cursor
     * @return how many rows of the log were passed
     * @throws NatsAwayException when JetStream did not acknowledge; the cursor stays behind what it did acknowledge
     */
    public int relayOnce(Handle connection) {
        List<CommittedEvents.Row> rows = committed.after(connection, cursor.load(connection), BATCH);
        Acknowledged before = null;
        int passed = 0;
        for (int batch = 1; !rows.isEmpty(); batch++) {
            Sent sent = send(rows);
            if (before != null) {
                cursor.move(connection, before.through(), before.marks());
            }
            long through = rows.getLast().seq();
            passed += rows.size();
            // A batch that is not full is the last: what is committed from now on goes sooner with the next step.
            boolean more = rows.size() == BATCH && batch < BATCHES_A_STEP;
            rows = more ? committed.after(connection, through, BATCH) : List.of();
            before = new Acknowledged(through, sent.await());
            if (!sameServer.getAsBoolean()) {
                // What it lost lies before these rows: they come again after that.
                throw new NatsAwayException("NATS was started anew while it was published to");
            }
            // Dying here means publishing these rows again: JetStream drops them by id, and handlers know what they
            // processed.
        }
        if (before != null) {
            cursor.move(connection, before.through(), before.marks());
        }
        return passed;
    }

    /** Goes back to where the streams are still whole, and leaves out what they have nevertheless. */
    void rewind(Handle connection, StreamHistory.Loss loss) {
        connection.useTransaction(tx -> cursor.rewind(tx, loss.wholeUntil()));
        present = loss.present();
        rewinds(metrics, schema).increment();
    }

    /** How often a relay went back because a stream had lost messages. */
    static Counter rewinds(MeterRegistry metrics, String schema) {
        return metrics.counter("relay.rewinds", "module", schema);
    }

    /** Rows that JetStream has on disk. */
    private record Acknowledged(long through, Collection<RelayMark> marks) {}

    /** Rows on their way: those of the last stream are sent, those before are stored. */
    private final class Sent {
        private final Map<EventStream, RelayMark> marks = new EnumMap<>(EventStream.class);
        private @Nullable Run last;

        /** Rows of one stream in a row. */
        private record Run(
                EventStream stream,
                CommittedEvents.Row lastRow,
                JetStreamPublisher.Sending sending,
                Recording recording) {}

        Collection<RelayMark> await() {
            if (last != null) {
                long position = stored(last);
                marks.put(
                        last.stream(),
                        new RelayMark(
                                last.stream(),
                                last.lastRow().seq(),
                                position,
                                last.lastRow().event().id()));
                last = null;
            }
            return marks.values();
        }

        private static long stored(Run run) {
            try (Recording recording = run.recording()) {
                return recording.watch(run.sending()::await);
            }
        }

        void add(EventStream stream, List<CommittedEvents.Row> rows) {
            await();
            List<OutgoingMessage> messages = new ArrayList<>(rows.size());
            Map<String, Integer> counts = new HashMap<>();
            for (CommittedEvents.Row row : rows) {
                messages.add(new OutgoingMessage(
                        row.event().type(),
                        row.event().id().toString(),
                        row.event().body(),
                        row.event().headers()));
                counts.merge(row.event().type(), 1, Integer::sum);
            }
            Recording recording = recording(stream, rows);
            last = new Run(stream, rows.getLast(), publisher.send(messages), recording);
            counts.forEach((type, count) -> metrics.counter("events.published", "subject", type, "module", schema)
                    .increment(count));
        }
    }

    /** One span for all of them: one an event would cost more than the event. */
    private Recording recording(EventStream stream, List<CommittedEvents.Row> rows) {
        Recording recording = tracing.publishingBatch(
                "publish " + stream.streamName(),
                () -> rows.stream()
                        .map(row -> TraceParent.parse(row.event().traceParent()))
                        .iterator());
        return recording.isNothing()
                ? recording
                : recording
                        .with("messaging.system", "nats")
                        .with("messaging.operation.type", "send")
                        .with("messaging.operation.name", "publish")
                        .with("messaging.destination.name", stream.streamName())
                        .with("messaging.batch.message_count", rows.size())
                        .with("alum.module", schema);
    }

    private Sent send(List<CommittedEvents.Row> rows) {
        Sent sent = new Sent();
        List<CommittedEvents.Row> run = new ArrayList<>(rows.size());
        EventStream stream = EventStream.EVENTS;
        for (CommittedEvents.Row row : rows) {
            if (!present.isEmpty() && present.contains(row.event().id().toString())) {
                continue;
            }
            EventStream next = EventStream.carrying(row.event().type());
            if (next != stream && !run.isEmpty()) {
                sent.add(stream, run);
                run.clear();
            }
            stream = next;
            run.add(row);
        }
        if (!run.isEmpty()) {
            sent.add(stream, run);
        }
        return sent;
    }
}
