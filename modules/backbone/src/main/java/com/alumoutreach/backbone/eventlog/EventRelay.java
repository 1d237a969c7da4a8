package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.OutgoingMessage;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
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
    private final MeterRegistry metrics;

    EventRelay(String schema, JetStreamPublisher publisher, MeterRegistry metrics) {
        this.schema = schema;
        this.cursor = new RelayCursor(schema);
        this.committed = new CommittedEvents(schema);
        this.publisher = publisher;
        this.metrics = metrics;
    }

    /**
     * Publishes what is there, up to one batch.
     *
     * @param connection the connection that holds the relay's lock, so that a relay which lost it cannot move the cursor
     * @return how many events were published
     * @throws com.alumoutreach.backbone.jetstream.NatsAwayException when JetStream did not acknowledge; the cursor stays
     */
    public int relayOnce(Handle connection) {
        List<CommittedEvents.Row> rows =
                committed.after(connection, cursor.load(connection), JetStreamPublisher.MAX_BATCH);
        if (rows.isEmpty()) {
            return 0;
        }
        publish(rows);
        // Dying here means publishing these rows again: JetStream drops them by id, and handlers know what they
        // processed.
        cursor.move(connection, rows.getLast().seq());
        return rows.size();
    }

    private void publish(List<CommittedEvents.Row> rows) {
        List<OutgoingMessage> batch = new ArrayList<>(rows.size());
        EventStream stream = EventStream.EVENTS;
        for (CommittedEvents.Row row : rows) {
            EventEnvelope envelope = row.envelope();
            EventStream next = EventStream.carrying(envelope.type());
            if (next != stream) {
                flush(batch);
                stream = next;
            }
            batch.add(new OutgoingMessage(envelope.type(), envelope.id().toString(), EventCodec.write(envelope)));
        }
        flush(batch);
        rows.forEach(row -> metrics.counter(
                        "events.published", "subject", row.envelope().type(), "module", schema)
                .increment());
    }

    private void flush(List<OutgoingMessage> batch) {
        if (!batch.isEmpty()) {
            publisher.publish(batch);
            batch.clear();
        }
    }
}
