package com.alumoutreach.backbone.privacy;

import com.alumoutreach.backbone.jetstream.ErasedPositions;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.OutgoingMessage;
import com.alumoutreach.backbone.jetstream.StreamContents;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Messages in streams, one by one: to be read, replaced and deleted for good. */
@Singleton
class Messages {
    private static final int NOT_FOUND = 404;
    private static final String ID = "Nats-Msg-Id";

    private final NatsConnection nats;
    private final JetStreamPublisher publisher;
    private final ErasedPositions erased;

    Messages(NatsConnection nats, JetStreamPublisher publisher) {
        this.nats = nats;
        this.publisher = publisher;
        this.erased = new ErasedPositions(nats);
    }

    static String id(MessageInfo message) {
        String id = message.getHeaders() == null ? null : message.getHeaders().getFirst(ID);
        return id == null ? "" : id;
    }

    StreamContents contents(EventStream stream) throws IOException, JetStreamApiException {
        return StreamContents.of(nats, stream);
    }

    @Nullable
    MessageInfo find(EventStream stream, long position) throws IOException, JetStreamApiException {
        try {
            return management().getMessage(stream.streamName(), position);
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() == NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** Returns when they are on the server's disk. */
    void publish(List<OutgoingMessage> copies) {
        for (int from = 0; from < copies.size(); from += JetStreamPublisher.MAX_BATCH) {
            publisher.publish(copies.subList(from, Math.min(from + JetStreamPublisher.MAX_BATCH, copies.size())));
        }
    }

    /** Tells all relays that the position is going to be empty on purpose. */
    void note(StreamContents stream, long position, UUID eventId) throws IOException, JetStreamApiException {
        erased.add(stream, position, eventId);
    }

    /** Overwrites the message on the server's disk, and deletes it. One that is gone is no error. */
    void delete(EventStream stream, long position) throws IOException, JetStreamApiException {
        try {
            management().deleteMessage(stream.streamName(), position, true);
        } catch (JetStreamApiException e) {
            // The server has one code for all that can go wrong here, a message that is gone among it.
            if (find(stream, position) != null) {
                throw e;
            }
        }
    }

    /**
     * Reads all messages of a stream that is no history, and replaces some: publishes the new one under the same headers, then deletes the
     * old one.
     *
     * @param replacement the body to take its place, or null to leave it
     */
    void replaceEach(EventStream stream, String filter, Function<MessageInfo, byte @Nullable []> replacement)
            throws IOException, JetStreamApiException {
        // Copies come to lie behind; they are not looked at again.
        long last =
                management().getStreamInfo(stream.streamName()).getStreamState().getLastSequence();
        MessageInfo next = next(stream, 1, filter);
        while (next != null && next.getSeq() <= last) {
            byte[] body = replacement.apply(next);
            if (body != null) {
                publish(List.of(new OutgoingMessage(next.getSubject(), id(next) + ".erased", body, headers(next))));
                delete(stream, next.getSeq());
            }
            next = next(stream, next.getSeq() + 1, filter);
        }
    }

    private @Nullable MessageInfo next(EventStream stream, long from, String filter)
            throws IOException, JetStreamApiException {
        try {
            return management().getNextMessage(stream.streamName(), from, filter);
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() == NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** All of its own; those of the server tell how it was published. */
    private static Map<String, String> headers(MessageInfo message) {
        Map<String, String> own = new LinkedHashMap<>();
        Headers headers = message.getHeaders();
        if (headers != null) {
            for (String name : headers.keySet()) {
                String value = headers.getFirst(name);
                if (value != null && !name.startsWith("Nats-")) {
                    own.put(name, value);
                }
            }
        }
        return own;
    }

    private JetStreamManagement management() throws IOException {
        return nats.require().jetStreamManagement();
    }
}
