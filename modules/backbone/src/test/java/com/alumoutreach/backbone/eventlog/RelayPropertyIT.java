package com.alumoutreach.backbone.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.tracing.Tracing;
import com.alumoutreach.contracts.EventEnvelope;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Transactions of several writers begin, append, commit and roll back in any order, between them a relay steps, dies after it
 * published, and begins anew. Each schedule comes from a seed; {@code -Dalum.seeds=N} runs more of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RelayPropertyIT {
    private static final int SEEDS = Integer.getInteger("alum.seeds", 40);
    private static final int ACTIONS = 60;
    private static final int WRITERS = 4;
    private static final int CONTACTS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private RunningService service;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("probe.enabled", "true", "alum.nats.duplicate-window", "100ms"));
        service.context()
                .getBean(RelayLoop.class, Qualifiers.byName(ProbeModule.NAME))
                .stop();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void committedEventsArePublishedAndTakeEffectOnceInTheOrderOfTheirContact() {
        Map<String, List<UUID>> committed = new HashMap<>();
        try (Handle relayed = database().open()) {
            awaitRelayGone(relayed);
            for (int seed = 0; seed < SEEDS; seed++) {
                committed.putAll(new Schedule(seed, relayed).run());
            }
        }

        Map<String, Set<UUID>> published = new HashMap<>();
        for (EventEnvelope event : service.events("contact.created")) {
            published
                    .computeIfAbsent(event.data().get("contactId").textValue(), contact -> new LinkedHashSet<>())
                    .add(event.id());
        }
        await().atMost(PATIENCE).until(() -> service.settled(ProbeModule.DURABLE));
        assertThat(published.keySet()).containsExactlyInAnyOrderElementsOf(committed.keySet());
        committed.forEach((contact, events) -> {
            assertThat(published.get(contact)).as("published of " + contact).containsExactlyElementsOf(events);
            assertThat(ProbeModule.effects(database(), contact))
                    .as("effects of " + contact)
                    .containsExactlyElementsOf(events);
        });
    }

    private void awaitRelayGone(Handle connection) {
        await().atMost(PATIENCE)
                .until(() -> connection
                        .createQuery("SELECT pg_try_advisory_lock(hashtextextended('alum.relay.probe', 0))")
                        .mapTo(Boolean.class)
                        .one());
    }

    private Database database() {
        return service.database();
    }

    private EventRelay newRelay() {
        return new EventRelay(
                ProbeModule.NAME,
                service.context().getBean(JetStreamPublisher.class),
                () -> true,
                service.context().getBean(MeterRegistry.class),
                service.context().getBean(Tracing.class));
    }

    /** One random order of everything. */
    private final class Schedule {
        private final int seed;
        private final Random random;
        private final Handle relayConnection;
        private final List<Writer> writers = new ArrayList<>();
        private final Map<String, List<UUID>> committed = new HashMap<>();
        private final Set<String> locked = new LinkedHashSet<>();
        private EventRelay relay = newRelay();

        /** A transaction, and what it appended of each contact whose row it would hold locked. */
        private record Writer(Handle tx, Map<String, List<UUID>> appended) {}

        Schedule(int seed, Handle relayConnection) {
            this.seed = seed;
            this.random = new Random(seed);
            this.relayConnection = relayConnection;
        }

        Map<String, List<UUID>> run() {
            for (int i = 0; i < ACTIONS; i++) {
                step();
            }
            while (!writers.isEmpty()) {
                end(writers.removeFirst());
                if (random.nextBoolean()) {
                    relay.relayOnce(relayConnection);
                }
            }
            while (relay.relayOnce(relayConnection) > 0) {
                // Until nothing is left.
            }
            return committed;
        }

        private void step() {
            switch (random.nextInt(10)) {
                case 0, 1 -> begin();
                case 2, 3, 4, 5 -> append();
                case 6, 7 -> endOne();
                case 8 -> relay.relayOnce(relayConnection);
                default -> relayDies();
            }
        }

        private void begin() {
            if (writers.size() < WRITERS) {
                Handle tx = database().open().begin();
                if (random.nextBoolean()) {
                    // As a transaction that has its id and waits for the lock of a row.
                    tx.execute("SELECT pg_current_xact_id()");
                }
                writers.add(new Writer(tx, new HashMap<>()));
            }
        }

        private void append() {
            if (writers.isEmpty()) {
                return;
            }
            Writer writer = writers.get(random.nextInt(writers.size()));
            String contact = "contact-" + seed + "-" + random.nextInt(CONTACTS);
            if (!writer.appended().containsKey(contact) && !locked.add(contact)) {
                return;
            }
            EventLog log = service.context().getBean(EventLog.class, Qualifiers.byName(ProbeModule.NAME));
            UUID event = log.append(
                    writer.tx(),
                    EventContext.background(ProbeModule.TENANT, "seed-" + seed, "probe"),
                    ProbeModule.created(contact, "web", 1));
            writer.appended()
                    .computeIfAbsent(contact, unused -> new ArrayList<>())
                    .add(event);
        }

        private void endOne() {
            if (!writers.isEmpty()) {
                end(writers.remove(random.nextInt(writers.size())));
            }
        }

        private void end(Writer writer) {
            try (Handle tx = writer.tx()) {
                if (random.nextInt(4) == 0) {
                    tx.rollback();
                } else {
                    tx.commit();
                    writer.appended()
                            .forEach((contact, events) -> committed
                                    .computeIfAbsent(contact, unused -> new ArrayList<>())
                                    .addAll(events));
                }
            }
            locked.removeAll(writer.appended().keySet());
        }

        /** It published; that its cursor moved is lost with it, and the next one knows nothing. */
        private void relayDies() {
            relayConnection.begin();
            relay.relayOnce(relayConnection);
            relayConnection.rollback();
            relay = newRelay();
        }
    }
}
