package com.alumoutreach.backbone.consuming;

import com.alumoutreach.contracts.EventIds;
import io.nats.client.Message;
import io.nats.client.impl.NatsJetStreamMetaData;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What JetStream handed over, before anybody looked inside. */
record Incoming(Message message, NatsJetStreamMetaData meta) {
    private static final String REDELIVER = "redeliver.";

    static Incoming of(Message message) {
        return new Incoming(message, message.metaData());
    }

    /** The event's subject; a redelivered dead letter travels as {@code redeliver.<DURABLE>.<subject>}. */
    String subject() {
        String subject = message.getSubject();
        if (!subject.startsWith(REDELIVER)) {
            return subject;
        }
        int afterDurable = subject.indexOf('.', REDELIVER.length());
        return subject.substring(afterDurable + 1);
    }

    /** Whether this is a redelivery for another durable, which an unfiltered consumer sees too. */
    boolean redeliveredToOther(String durable) {
        String subject = message.getSubject();
        return subject.startsWith(REDELIVER) && !subject.startsWith(REDELIVER + durable + ".");
    }

    /** The id of an event that carries none: the publisher's message id, or the place in the stream. Stable over deliveries. */
    UUID fallbackId() {
        String messageId = messageId();
        if (messageId != null && messageId.length() == 36) {
            try {
                return UUID.fromString(messageId);
            } catch (IllegalArgumentException e) {
                return EventIds.derived("message/" + messageId);
            }
        }
        return EventIds.derived(meta.getStream() + "/" + meta.streamSequence() + "/"
                + meta.timestamp().toInstant());
    }

    /** The event's own id where it can be read. */
    UUID eventIdOrFallback() {
        return com.alumoutreach.contracts.EventCodec.readEnvelope(message.getData(), subject(), fallbackId())
                .id();
    }

    private @Nullable String messageId() {
        return message.hasHeaders() ? message.getHeaders().getFirst("Nats-Msg-Id") : null;
    }
}
