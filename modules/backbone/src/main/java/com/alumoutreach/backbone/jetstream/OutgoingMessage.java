package com.alumoutreach.backbone.jetstream;

import io.nats.client.impl.Headers;
import java.util.Map;

/**
 * A message to be stored in a stream.
 *
 * @param id {@code Nats-Msg-Id}: a second message of the same id within the stream's duplicate window is dropped
 * @param headers further headers
 */
public record OutgoingMessage(String subject, String id, byte[] body, Map<String, String> headers) {
    static final String ID = "Nats-Msg-Id";

    public OutgoingMessage(String subject, String id, byte[] body) {
        this(subject, id, body, Map.of());
    }

    Headers natsHeaders() {
        Headers result = new Headers();
        result.put(ID, id);
        headers.forEach((name, value) -> result.put(name, value));
        return result;
    }
}
