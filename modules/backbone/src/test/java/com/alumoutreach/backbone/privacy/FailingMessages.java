package com.alumoutreach.backbone.privacy;

import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.OutgoingMessage;
import com.alumoutreach.backbone.jetstream.StreamContents;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.nats.client.JetStreamApiException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** Ends a step at a place that a test chooses, once, as a process that dies there would: all that stays is in the servers. */
@Singleton
@Replaces(Messages.class)
@Requires(property = "probe.enabled", value = "true")
class FailingMessages extends Messages {
    /** Where a step can end. */
    enum Place {
        NOWHERE,
        BEFORE_THE_COPIES,
        AFTER_THE_COPIES,
        AFTER_THE_NOTE,
        AFTER_THE_DELETION
    }

    private final AtomicReference<Place> place = new AtomicReference<>(Place.NOWHERE);

    FailingMessages(NatsConnection nats, JetStreamPublisher publisher) {
        super(nats, publisher);
    }

    void dieAt(Place wanted) {
        place.set(wanted);
    }

    boolean died() {
        return place.get() == Place.NOWHERE;
    }

    private void pass(Place here) {
        if (place.compareAndSet(here, Place.NOWHERE)) {
            throw new IllegalStateException("The step ends here, as it was told to");
        }
    }

    @Override
    void publish(List<OutgoingMessage> copies) {
        if (copies.isEmpty()) {
            return;
        }
        pass(Place.BEFORE_THE_COPIES);
        super.publish(copies);
        pass(Place.AFTER_THE_COPIES);
    }

    @Override
    void note(StreamContents stream, long position, UUID eventId) throws IOException, JetStreamApiException {
        super.note(stream, position, eventId);
        pass(Place.AFTER_THE_NOTE);
    }

    @Override
    void delete(EventStream stream, long position) throws IOException, JetStreamApiException {
        super.delete(stream, position);
        pass(Place.AFTER_THE_DELETION);
    }
}
