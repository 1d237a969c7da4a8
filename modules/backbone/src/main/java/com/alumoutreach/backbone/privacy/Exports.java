package com.alumoutreach.backbone.privacy;

import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
     * @param contactIds all that stand for one person
     * @param services names of services that have {@link PersonalData}
     * @param patience a service that needs longer, or is away, is not in the answer
     * @return what each knows, of all ids together; those that did not answer for each of them are not in it
     */
    public Map<String, JsonNode> ask(
            String tenantId, Collection<String> contactIds, Collection<String> services, Duration patience) {
        Map<String, List<JsonNode>> answers = new TreeMap<>();
        try {
            Connection connection = nats.require();
            long deadline = System.nanoTime() + patience.toNanos();
            List<Subscription> asked = new ArrayList<>();
            try {
                for (String contactId : contactIds) {
                    String inbox = connection.createInbox();
                    asked.add(connection.subscribe(inbox));
                    connection.publish(ExportAnswers.SUBJECT, inbox, question(tenantId, contactId));
                }
                for (Subscription replies : asked) {
                    Map<String, JsonNode> ofOne = new HashMap<>();
                    collect(replies, services, deadline, ofOne);
                    ofOne.forEach((service, known) -> answers.computeIfAbsent(service, unused -> new ArrayList<>())
                            .add(known));
                }
            } finally {
                asked.forEach(Subscription::unsubscribe);
            }
        } catch (NatsAwayException | IllegalStateException | IOException e) {
            LOG.warn("export.incomplete reason={}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Map<String, JsonNode> whole = new TreeMap<>();
        answers.forEach((service, known) -> {
            if (known.size() == contactIds.size()) {
                whole.put(service, together(known));
            }
        });
        return whole;
    }

    /** What is known of several ids, table by table; a row that is there for each of them is there once. */
    public static ObjectNode together(Collection<JsonNode> known) {
        ObjectNode whole = EventCodec.mapper().createObjectNode();
        known.forEach(one -> one.properties().forEach(table -> {
            if (whole.get(table.getKey()) instanceof ArrayNode rows && table.getValue() instanceof ArrayNode more) {
                Set<JsonNode> there = new HashSet<>();
                rows.forEach(there::add);
                more.forEach(row -> {
                    if (there.add(row)) {
                        rows.add(row);
                    }
                });
            } else if (!whole.has(table.getKey())) {
                whole.set(table.getKey(), table.getValue().deepCopy());
            }
        }));
        return whole;
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
