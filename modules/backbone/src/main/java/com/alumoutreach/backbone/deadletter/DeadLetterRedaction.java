package com.alumoutreach.backbone.deadletter;

import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.OutgoingMessage;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.Redaction;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.MessageInfo;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Takes persons out of dead letters. A redacted letter takes the old one's place, at a new position. */
@Singleton
public class DeadLetterRedaction {
    private static final String STREAM = EventStream.DEAD_LETTERS.streamName();
    private static final int NOT_FOUND = 404;

    private final NatsConnection nats;
    private final JetStreamPublisher publisher;

    DeadLetterRedaction(NatsConnection nats, JetStreamPublisher publisher) {
        this.nats = nats;
        this.publisher = publisher;
    }

    /**
     * Looks at all letters.
     *
     * @param persons tenant and contact
     * @param contactIds of all of them: a letter whose event cannot be read is searched for these
     * @throws com.alumoutreach.backbone.jetstream.NatsAwayException while there is no connection
     */
    public void redact(BiPredicate<String, String> persons, Collection<String> contactIds)
            throws IOException, JetStreamApiException {
        JetStreamManagement management = nats.require().jetStreamManagement();
        long last = management.getStreamInfo(STREAM).getStreamState().getLastSequence();
        for (long from = 1; from <= last; from++) {
            MessageInfo letter = next(management, from);
            if (letter == null || letter.getSeq() > last) {
                return;
            }
            from = letter.getSeq();
            ObjectNode left = redacted(letter, persons, contactIds);
            if (left != null) {
                replace(management, letter, left);
            }
        }
    }

    private static @Nullable ObjectNode redacted(
            MessageInfo message, BiPredicate<String, String> persons, Collection<String> contactIds)
            throws IOException {
        if (!(EventCodec.mapper().readTree(message.getData()) instanceof ObjectNode letter)) {
            return null;
        }
        JsonNode event = letter.path("originalEvent");
        ObjectNode left = letter.deepCopy();
        if (event instanceof ObjectNode envelope) {
            String contact = Redaction.contactOf(envelope);
            if (contact == null || !persons.test(envelope.path("tenantId").asText(), contact)) {
                return null;
            }
            left.set(
                    "originalEvent",
                    Redaction.redactedEnvelope(message.getSubject().substring("dlq.".length()), envelope));
        } else if (contactIds.stream().anyMatch(event.asText()::contains)) {
            // Not an event, or cut off: what is in it nobody knows.
            left.put("originalEvent", Redaction.PLACEHOLDER);
        }
        if (left.path("error") instanceof ObjectNode error && !left.equals(letter)) {
            // Exceptions quote what they failed at.
            error.put("message", Redaction.PLACEHOLDER);
        }
        return left.equals(letter) ? null : left;
    }

    private void replace(JetStreamManagement management, MessageInfo letter, ObjectNode left)
            throws IOException, JetStreamApiException {
        Map<String, String> headers = new LinkedHashMap<>();
        letter.getHeaders().forEach((name, values) -> {
            if (!name.startsWith("Nats-")) {
                headers.put(name, values.getFirst());
            }
        });
        // Dying before the deletion means publishing again: the same message id within the hour is dropped.
        publisher.publish(new OutgoingMessage(
                letter.getSubject(),
                letter.getHeaders().getFirst("Nats-Msg-Id") + ".erased",
                left.toString().getBytes(StandardCharsets.UTF_8),
                headers));
        try {
            management.deleteMessage(STREAM, letter.getSeq(), true);
        } catch (JetStreamApiException e) {
            // Every service looks at all letters: another one may have been first. The server has no code of its own
            // for it.
            MessageInfo now = next(management, letter.getSeq());
            if (now != null && now.getSeq() == letter.getSeq()) {
                throw e;
            }
        }
    }

    private static @Nullable MessageInfo next(JetStreamManagement management, long from)
            throws IOException, JetStreamApiException {
        try {
            return management.getNextMessage(STREAM, from, "dlq.>");
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() == NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }
}
