package com.alumoutreach.benchmarks;

import com.alumoutreach.backbone.consuming.Subscriptions;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.contact.ContactCreated;
import io.nats.client.Connection;
import io.nats.client.api.ConsumerConfiguration;
import java.io.PrintWriter;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** JetStream to acknowledged effects: decode, dedupe, one upsert an event, ack. */
@Command(
        name = "consume",
        description = "Consumers: decode, dedupe, one upsert, ack; against raw upserts and a transaction a message.",
        mixinStandardHelpOptions = true)
final class ConsumeBenchmark implements Callable<Integer> {
    private static final String STREAM = "ALUM_EVENTS";
    private static final String PEER = "PEER_CONSUMER";
    private static final int BATCH = BenchModule.BATCH;

    @Option(names = "--events", defaultValue = "50000", description = "Events a run (default: ${DEFAULT-VALUE}).")
    private int events;

    @Option(
            names = "--slow-events",
            defaultValue = "2000",
            description = "Events a run where each has its own transaction (default: ${DEFAULT-VALUE}).")
    private int slowEvents;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Bench bench = Bench.start(out);
                Connection nats = bench.connect()) {
            nats.jetStreamManagement()
                    .addOrUpdateConsumer(
                            STREAM,
                            ConsumerConfiguration.builder()
                                    .durable(PEER)
                                    .filterSubject("contact.>")
                                    .build());
            out.printf(
                    "%,d events a run (%,d with a transaction each), batches of %d, %d rounds in turns after a warm-up%n",
                    events, slowEvents, BATCH, rounds);
            new Comparison("events", out)
                    .add("raw Postgres upserts in batches", () -> raw(bench))
                    .add("durable, batch handler", () -> durable(bench, nats, BenchModule.BATCHES))
                    .add("durable, one event a call", () -> durable(bench, nats, BenchModule.SINGLE))
                    .add("listener, one transaction a message", () -> listener(bench, nats))
                    .run(rounds)
                    .print();
        }
        return 0;
    }

    /** The same rows by the same statement, from memory. */
    private double raw(Bench bench) throws SQLException {
        empty(bench);
        long start = System.nanoTime();
        try (java.sql.Connection postgres = bench.postgres();
                PreparedStatement upsert = postgres.prepareStatement(BenchModule.UPSERT)) {
            postgres.setAutoCommit(false);
            for (int done = 0; done < events; done += BATCH) {
                int size = Math.min(BATCH, events - done);
                List<String> ids = new ArrayList<>(size);
                for (int i = 0; i < size; i++) {
                    ids.add(EventIds.next().toString());
                }
                upsert.setArray(1, postgres.createArrayOf("text", same(size, BenchModule.TENANT)));
                upsert.setArray(2, postgres.createArrayOf("text", ids.toArray()));
                upsert.setArray(3, postgres.createArrayOf("text", same(size, "ada@example.com")));
                upsert.setArray(4, postgres.createArrayOf("text", same(size, "bench")));
                upsert.setArray(5, postgres.createArrayOf("bigint", same(size, 1L)));
                upsert.executeUpdate();
                postgres.commit();
            }
        }
        return Figures.perSecond(events, start);
    }

    private static Object[] same(int size, Object value) {
        return Collections.nCopies(size, value).toArray();
    }

    private double durable(Bench bench, Connection nats, String durable) throws Exception {
        empty(bench);
        fill(bench, nats, events);
        Subscriptions.Loop loop = bench.context().createBean(Subscriptions.class).loops().stream()
                .filter(candidate -> candidate.name().equals(durable))
                .findFirst()
                .orElseThrow();
        long start = System.nanoTime();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                loop.run().run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        StreamWatch.awaitSettled(nats, durable);
        double rate = Figures.perSecond(events, start);
        loop.stop().run();
        thread.join();
        check(bench, events);
        return rate;
    }

    /** As a listener of micronaut-nats with a transactional method works: every message has a transaction and an ack. */
    private double listener(Bench bench, Connection nats) throws Exception {
        empty(bench);
        fill(bench, nats, slowEvents);
        var messages = nats.getConsumerContext(STREAM, PEER).iterate();
        long start = System.nanoTime();
        try (java.sql.Connection postgres = bench.postgres();
                PreparedStatement seen = postgres.prepareStatement(
                        "INSERT INTO bench.processed_events (consumer, event_id) VALUES (?, ?) ON CONFLICT DO NOTHING");
                PreparedStatement upsert = postgres.prepareStatement(BenchModule.UPSERT_ONE)) {
            postgres.setAutoCommit(false);
            for (int i = 0; i < slowEvents; i++) {
                var message = messages.nextMessage(java.time.Duration.ofSeconds(10));
                EventEnvelope envelope =
                        EventCodec.readEnvelope(message.getData(), message.getSubject(), EventIds::next);
                var event = (ContactCreated) EventCodec.decode(envelope);
                seen.setString(1, PEER);
                seen.setObject(2, envelope.id());
                if (seen.executeUpdate() == 1) {
                    upsert.setString(1, envelope.tenantId());
                    upsert.setString(2, event.contactId());
                    upsert.setString(3, event.email());
                    upsert.setString(4, event.source());
                    upsert.setObject(5, event.contactVersion());
                    upsert.executeUpdate();
                }
                postgres.commit();
                message.ack();
            }
            StreamWatch.awaitSettled(nats, PEER);
        } finally {
            messages.close();
        }
        double rate = Figures.perSecond(slowEvents, start);
        check(bench, slowEvents);
        return rate;
    }

    private static void empty(Bench bench) throws SQLException {
        bench.sql("TRUNCATE bench.contacts, bench.processed_events", "CHECKPOINT");
    }

    private static void check(Bench bench, int expected) throws SQLException {
        long rows = bench.number("SELECT count(*) FROM bench.contacts");
        if (rows != expected) {
            throw new IllegalStateException("There are " + rows + " rows of " + expected + " events");
        }
    }

    /** Ready events in the stream, and every durable at its end but those that were just put there. */
    private static void fill(Bench bench, Connection nats, int count) throws Exception {
        var management = nats.jetStreamManagement();
        management.purgeStream(STREAM);
        for (int done = 0; done < count; done += RawBatches.BATCH) {
            List<byte[]> bodies = new ArrayList<>();
            for (int i = 0; i < Math.min(RawBatches.BATCH, count - done); i++) {
                bodies.add(EventCodec.write(created()));
            }
            RawBatches.publish(nats, "contact.created", bodies);
        }
    }

    private static EventEnvelope created() {
        ContactCreated created = BenchModule.created();
        return new EventEnvelope(
                EventIds.next(),
                "contact.created",
                "1.0",
                "bench-service",
                Instant.now(),
                BenchModule.TENANT,
                "bench",
                null,
                new Actor("bench", ActorType.SYSTEM),
                created.entity(),
                EventCodec.toData(created),
                Map.of());
    }
}
