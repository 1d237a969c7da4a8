package com.alumoutreach.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.EmbeddedServers;
import com.alumoutreach.embedded.ServerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A server is away for a while; requests that do not need it are served, and afterwards everything goes on by itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServersAwayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Map<String, Object> PROPERTIES = Map.of("probe.enabled", "true");

    private EmbeddedServers servers;

    @BeforeAll
    void start(@TempDir Path data) {
        servers = EmbeddedServers.start(data, line -> {});
    }

    @AfterAll
    void stop() {
        servers.close();
    }

    @Test
    void withoutNatsRequestsAreServedAndTheirEventsWaitInTheLog() {
        try (RunningService service = RunningService.start(servers.addresses(), PROPERTIES)) {
            servers.kill(ServerKind.NATS);
            await().atMost(PATIENCE).until(() -> service.get("/health", null).statusCode() == 503);

            String contact = append(service);

            assertThat(service.get("/health", null).body()).contains("nats", "DOWN", "reason");
            assertThat(service.get("/health/readiness", null).statusCode()).isEqualTo(200);
            assertThat(service.get("/health/liveness", null).statusCode()).isEqualTo(200);

            servers.start(ServerKind.NATS);
            awaitEffect(service, contact);
            await().atMost(PATIENCE).until(() -> service.get("/health", null).statusCode() == 200);
        }
    }

    @Test
    void aServiceStartsWhileNatsIsAway() {
        servers.stop(ServerKind.NATS);
        try (RunningService service = RunningService.start(servers.addresses(), PROPERTIES)) {
            String contact = append(service);

            servers.start(ServerKind.NATS);

            awaitEffect(service, contact);
        }
    }

    @Test
    void withoutPostgresAServiceIsNotReadyButLivesAndComesBack() {
        try (RunningService service = RunningService.start(servers.addresses(), PROPERTIES)) {
            servers.kill(ServerKind.POSTGRES);
            await().atMost(PATIENCE)
                    .until(() -> service.get("/health/readiness", null).statusCode() == 503);

            assertThat(service.get("/health/readiness", null).body()).contains("postgres", "reason");
            assertThat(service.get("/health/liveness", null).statusCode()).isEqualTo(200);
            assertThat(service.post("/probe/contacts/nobody", "", null).statusCode())
                    .isEqualTo(503);

            servers.start(ServerKind.POSTGRES);
            await().atMost(PATIENCE)
                    .until(() -> service.get("/health/readiness", null).statusCode() == 200);
            awaitEffect(service, append(service));
        }
    }

    private static String append(RunningService service) {
        String contact = EventIds.next().toString();
        assertThat(service.post("/probe/contacts/" + contact, "", null).statusCode())
                .isEqualTo(201);
        return contact;
    }

    private static void awaitEffect(RunningService service, String contact) {
        await().atMost(PATIENCE)
                .until(() -> ProbeModule.effects(service.database(), contact).size() == 1);
    }
}
