package com.alumoutreach.backbone.jetstream;

import com.alumoutreach.contracts.EventIds;
import io.nats.client.Message;
import io.nats.client.impl.NatsJetStreamMetaData;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The id of an event whose envelope names none: always the same for a message, however often it is delivered. */
public final class MessageIds {
    private MessageIds() {}

    /** By the client's own name for the message, else by its place in the stream. */
    public static UUID fallback(Message message) {
        String messageId = of(message);
        if (messageId != null && messageId.length() == 36) {
            try {
                return UUID.fromString(messageId);
            } catch (IllegalArgumentException e) {
                return EventIds.derived("message/" + messageId);
            }
        }
        NatsJetStreamMetaData meta = message.metaData();
        return EventIds.derived(meta.getStream() + "/" + meta.streamSequence() + "/"
                + meta.timestamp().toInstant());
    }

    /** The header {@code Nats-Msg-Id}. */
    public static @Nullable String of(Message message) {
        return message.hasHeaders() ? message.getHeaders().getFirst("Nats-Msg-Id") : null;
    }
}
