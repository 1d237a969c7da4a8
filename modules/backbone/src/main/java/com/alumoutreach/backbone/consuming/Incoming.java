package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.MessageIds;
import com.alumoutreach.backbone.jetstream.Redelivery;
import com.alumoutreach.backbone.tracing.TraceParent;
import io.nats.client.Message;
import io.nats.client.impl.NatsJetStreamMetaData;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What JetStream handed over, before anybody looked inside. */
record Incoming(Message message, NatsJetStreamMetaData meta) {
    static Incoming of(Message message) {
        return new Incoming(message, message.metaData());
    }

    /** The event's subject, also when it was given to this durable alone. */
    String subject() {
        return Redelivery.original(message.getSubject());
    }

    /** Whether it is given as part of a backfill. */
    boolean backfill() {
        return message.hasHeaders() && message.getHeaders().containsKey(Redelivery.BACKFILL);
    }

    /** The trace that it belongs to; null when it names none, or one that is malformed. */
    @Nullable
    TraceParent traceParent() {
        return message.hasHeaders() ? TraceParent.parse(message.getHeaders().getFirst(TraceParent.HEADER)) : null;
    }

    /** The place on ALUM_EVENTS; 0 for an event that came another way. */
    long positionAmongEvents() {
        return meta.getStream().equals(EventStream.EVENTS.streamName()) ? meta.streamSequence() : 0;
    }

    /** The id of an event that carries none: the publisher's message id, or the place in the stream. Stable over deliveries. */
    UUID fallbackId() {
        return MessageIds.fallback(message);
    }

    /** The event's own id where it can be read. */
    UUID eventIdOrFallback() {
        return com.alumoutreach.contracts.EventCodec.readEnvelope(message.getData(), subject(), this::fallbackId)
                .id();
    }
}
