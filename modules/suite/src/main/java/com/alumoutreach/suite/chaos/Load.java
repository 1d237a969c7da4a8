package com.alumoutreach.suite.chaos;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.client.Token;
import com.alumoutreach.suite.running.Pause;
import com.alumoutreach.suite.running.SuiteException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Clients that make contacts, each at whichever instance answers, and remember what was answered with 2xx. */
final class Load implements AutoCloseable {
    static final String TENANT = "chaos";

    private static final int CLIENTS = 4;
    private static final Duration BETWEEN = Duration.ofMillis(15);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(200);

    private final Cluster cluster;
    private final String token;
    private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean going;

    Load(Cluster cluster) {
        this.cluster = cluster;
        this.token = Token.issue(cluster.folder(), TENANT, "admin", Duration.ofHours(24));
    }

    /** Ids of contacts. */
    List<String> accepted() {
        return List.copyOf(accepted);
    }

    void go() {
        going = true;
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.add(Thread.ofVirtual().name("chaos-client-" + i).start(() -> makeContacts(client)));
        }
    }

    /** Returns when every client has its answer. */
    void rest() {
        going = false;
        clients.forEach(client -> {
            try {
                client.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SuiteException("interrupted", e);
            }
        });
        clients.clear();
    }

    /** A segment that every contact of the load belongs to. */
    String makeSegment() {
        ObjectNode segment =
                EventCodec.mapper().createObjectNode().put("name", "everybody").put("match", "all");
        segment.putArray("conditions")
                .addObject()
                .put("field", "source")
                .put("op", "equals")
                .put("value", TENANT);
        return api(0).post("/api/segments", segment).path("id").asText();
    }

    private void makeContacts(int client) {
        int instance = client;
        while (going) {
            JsonNode contact = EventCodec.mapper()
                    .createObjectNode()
                    .put("email", UUID.randomUUID() + "@example.com")
                    .put("source", TENANT);
            try {
                accepted.add(
                        api(instance).post("/api/contacts", contact).path("id").asText());
                Pause.of(BETWEEN);
            } catch (SuiteException | UncheckedIOException e) {
                // Not accepted: whether it was done is not promised.
                instance++;
                Pause.of(AFTER_FAILURE);
            }
        }
    }

    private AlumClient api(int instance) {
        List<Instance> instances = cluster.instances();
        return new AlumClient(instances.get(instance % instances.size()).url(), token);
    }

    @Override
    public void close() {
        rest();
    }
}
