package com.alumoutreach.backbone.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.UnansweredPublisher;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.tracing.Tracing;
import com.alumoutreach.contracts.EventEnvelope;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** More events than one batch holds: the next batch is read while JetStream writes one. */
class RelayBacklogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EVENTS = 2_500;

    @Test
    void aBatchWithoutAnswerIsPublishedAgainAndTheOrderOfTheLogIsKept() {
        try (RunningService service = RunningService.start(Map.of("probe.enabled", "true"));
                Handle connection = service.database().open()) {
            service.context()
                    .getBean(RelayLoop.class, Qualifiers.byName(ProbeModule.NAME))
                    .stop();
            await().atMost(PATIENCE)
                    .until(() -> connection
                            .createQuery("SELECT pg_try_advisory_lock(hashtextextended('alum.relay.probe', 0))")
                            .mapTo(Boolean.class)
                            .one());
            List<UUID> logged = append(service);
            long first = position(connection, logged.getFirst());
            NatsConnection nats = service.context().getBean(NatsConnection.class);
            EventRelay unlucky = relay(service, new UnansweredPublisher(nats, 2));

            assertThatThrownBy(() -> unlucky.relayOnce(connection)).isInstanceOf(NatsAwayException.class);
            assertThat(new RelayCursor(ProbeModule.NAME).load(connection))
                    .as("behind what was acknowledged")
                    .isEqualTo(first + JetStreamPublisher.MAX_BATCH - 1);

            EventRelay next = relay(service, service.context().getBean(JetStreamPublisher.class));
            assertThat(next.relayOnce(connection)).isEqualTo(EVENTS - JetStreamPublisher.MAX_BATCH);
            assertThat(service.events("contact.created").stream().map(EventEnvelope::id))
                    .containsExactlyElementsOf(logged);
            await().atMost(PATIENCE).until(() -> service.settled(ProbeModule.DURABLE));
            assertThat(connection
                            .createQuery("SELECT event_id FROM probe.effects ORDER BY position")
                            .mapTo(UUID.class)
                            .list())
                    .as("effects, many batches of them, each taken while one was handled")
                    .containsExactlyElementsOf(logged);
        }
    }

    private static EventRelay relay(RunningService service, JetStreamPublisher publisher) {
        return new EventRelay(
                ProbeModule.NAME,
                publisher,
                () -> true,
                service.context().getBean(MeterRegistry.class),
                service.context().getBean(Tracing.class));
    }

    private static List<UUID> append(RunningService service) {
        EventLog log = service.context().getBean(EventLog.class, Qualifiers.byName(ProbeModule.NAME));
        EventContext context = EventContext.background(ProbeModule.TENANT, "backlog", "probe");
        return service.database()
                .inTransaction(
                        ProbeModule.TENANT,
                        tx -> log.appendAll(
                                tx,
                                IntStream.range(0, EVENTS)
                                        .mapToObj(i -> new EventLog.Entry(
                                                context, ProbeModule.created("contact-" + i, "web", 1)))
                                        .toList()));
    }

    private static long position(Handle connection, UUID event) {
        return connection
                .createQuery("SELECT seq FROM probe.system_events WHERE id = :id")
                .bind("id", event)
                .mapTo(Long.class)
                .one();
    }
}
