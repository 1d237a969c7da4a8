package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.OutgoingMessage;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Handle;

/**
 * Station 4: publishes the committed rows of one {@code system_events} in order, each at least once. The step only; the loop,
 * and the lock that keeps a second relay of the same schema out, are {@link RelayLoop}.
 *
 * <p>Order is that of positions in the log; a row that may still be committed before others is waited for ({@link
 * CommittedEvents}).
 */
public class EventRelay {
    private final String schema;
    private final RelayCursor cursor;
    private final CommittedEvents committed;
    private final JetStreamPublisher publisher;
    private final BooleanSupplier sameServer;
    private final MeterRegistry metrics;
    private Set<String> present = Set.of();

    /** @param sameServer whether NATS is still the one whose streams were checked */
    EventRelay(String schema, JetStreamPublisher publisher, BooleanSupplier sameServer, MeterRegistry metrics) {
        this.schema = schema;
        this.cursor = new RelayCursor(schema);
        this.committed = new CommittedEvents(schema);
        this.publisher = publisher;
        this.sameServer = sameServer;
        this.metrics = metrics;
    }

    /**
     * Publishes what is there, up to one batch.
     *
     * @param connection the connection that holds the relay's lock, so that a relay which lost it cannot move the cursor
     * @return how many rows of the log were passed
     * @throws NatsAwayException when JetStream did not acknowledge; the cursor stays
     */
    public int relayOnce(Handle connection) {
        List<CommittedEvents.Row> rows =
                committed.after(connection, cursor.load(connection), JetStreamPublisher.MAX_BATCH);
        if (rows.isEmpty()) {
            return 0;
        }
        Map<EventStream, RelayMark> marks = publish(rows);
        if (!sameServer.getAsBoolean()) {
            // What it lost lies before these rows: they come again after that.
            throw new NatsAwayException("NATS was started anew while it was published to");
        }
        // Dying here means publishing these rows again: JetStream drops them by id, and handlers know what they
        // processed.
        cursor.move(connection, rows.getLast().seq(), marks.values());
        return rows.size();
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

    private Map<EventStream, RelayMark> publish(List<CommittedEvents.Row> rows) {
        Map<EventStream, RelayMark> marks = new EnumMap<>(EventStream.class);
        List<CommittedEvents.Row> batch = new ArrayList<>(rows.size());
        EventStream stream = EventStream.EVENTS;
        for (CommittedEvents.Row row : rows) {
            if (present.contains(row.envelope().id().toString())) {
                continue;
            }
            EventStream next = EventStream.carrying(row.envelope().type());
            if (next != stream) {
                flush(stream, batch, marks);
                stream = next;
            }
            batch.add(row);
        }
        flush(stream, batch, marks);
        return marks;
    }

    private void flush(EventStream stream, List<CommittedEvents.Row> batch, Map<EventStream, RelayMark> marks) {
        if (batch.isEmpty()) {
            return;
        }
        List<OutgoingMessage> messages = new ArrayList<>(batch.size());
        for (CommittedEvents.Row row : batch) {
            EventEnvelope envelope = row.envelope();
            messages.add(new OutgoingMessage(envelope.type(), envelope.id().toString(), EventCodec.write(envelope)));
            metrics.counter("events.published", "subject", envelope.type(), "module", schema)
                    .increment();
        }
        long position = publisher.publish(messages);
        CommittedEvents.Row last = batch.getLast();
        marks.put(
                stream,
                new RelayMark(stream, last.seq(), position, last.envelope().id()));
        batch.clear();
    }
}
