package com.alumoutreach.backbone.privacy;

import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.databind.JsonNode;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the other services what they know of a person. */
@Singleton
public class Exports {
    private static final Logger LOG = LoggerFactory.getLogger(Exports.class);
    private final NatsConnection nats;

    Exports(NatsConnection nats) {
        this.nats = nats;
    }

    /**
     * Waits for all of them.
     *
     * @param services names of services that have {@link PersonalData}
     * @param patience a service that needs longer, or is away, is not in the answer
     * @return what each knows; those that did not answer are not in it
     */
    public Map<String, JsonNode> ask(
            String tenantId, String contactId, Collection<String> services, Duration patience) {
        Map<String, JsonNode> answers = new TreeMap<>();
        try {
            Connection connection = nats.require();
            String inbox = connection.createInbox();
            Subscription replies = connection.subscribe(inbox);
            try {
                connection.publish(ExportAnswers.SUBJECT, inbox, question(tenantId, contactId));
                collect(replies, services, System.nanoTime() + patience.toNanos(), answers);
            } finally {
                replies.unsubscribe();
            }
        } catch (NatsAwayException | IllegalStateException | IOException e) {
            LOG.warn("export.incomplete reason={}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return answers;
    }

    private static byte[] question(String tenantId, String contactId) throws IOException {
        return EventCodec.mapper()
                .writeValueAsBytes(EventCodec.mapper()
                        .createObjectNode()
                        .put("tenantId", tenantId)
                        .put("contactId", contactId));
    }

    private static void collect(
            Subscription replies, Collection<String> services, long deadline, Map<String, JsonNode> answers)
            throws InterruptedException, IOException {
        Map<String, TreeMap<Integer, byte[]>> parts = new HashMap<>();
        while (!answers.keySet().containsAll(services)) {
            Message reply = replies.nextMessage(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            if (reply == null) {
                return;
            }
            // "No responders": nobody who knows persons is there.
            if (reply.isStatusMessage() || reply.getHeaders() == null) {
                return;
            }
            String service = String.valueOf(reply.getHeaders().getFirst(ExportAnswers.MODULE));
            TreeMap<Integer, byte[]> ofService = parts.computeIfAbsent(service, key -> new TreeMap<>());
            ofService.put(number(reply, ExportAnswers.PART), reply.getData());
            if (services.contains(service) && ofService.size() == number(reply, ExportAnswers.PARTS)) {
                ByteArrayOutputStream whole = new ByteArrayOutputStream();
                ofService.values().forEach(whole::writeBytes);
                answers.put(service, EventCodec.mapper().readTree(whole.toByteArray()));
            }
        }
    }

    private static int number(Message reply, String header) {
        String value = reply.getHeaders().getFirst(header);
        return value == null ? 0 : Integer.parseInt(value);
    }
}
