package com.alumoutreach.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.probe.ProbeAudit;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.probe.ProbeProcess;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.testing.ServiceProcess;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.EmbeddedServers;
import com.alumoutreach.embedded.ServerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients append events, and the service and nats-server are killed at random moments, round after round. What was answered
 * with 201 took effect, and nothing took effect twice. {@code -Dalum.kill.rounds=N} and {@code -Dalum.kill.seed=N} for more.
 */
class KillRoundsIT {
    private static final int ROUNDS = Integer.getInteger("alum.kill.rounds", 20);
    private static final long SEED = Long.getLong("alum.kill.seed", 1);
    private static final int CLIENTS = 4;
    private static final int MAX_PAUSE_MILLIS = 400;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Map<String, String> PROPERTIES =
            Map.of("probe.enabled", "true", "alum.nats.duplicate-window", "100ms");

    private final Random random = new Random(SEED);
    private final AtomicBoolean loading = new AtomicBoolean(true);
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();

    @Test
    void killedServiceAndKilledNatsServerLoseAndDoubleNothing(@TempDir Path data) throws InterruptedException {
        try (EmbeddedServers servers = EmbeddedServers.start(data, line -> {})) {
            try (ServiceProcess service =
                    ProbeProcess.start(servers.addresses(), PROPERTIES).awaitReady()) {
                List<Thread> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(Thread.ofVirtual().start(() -> appendUntilTold(service)));
                }
                for (int round = 0; round < ROUNDS; round++) {
                    pause();
                    servers.kill(ServerKind.NATS);
                    pause();
                    servers.start(ServerKind.NATS);
                    pause();
                    service.killAndStartAgain();
                    service.awaitReady();
                }
                loading.set(false);
                for (Thread client : clients) {
                    client.join();
                }
            }
            check(servers);
        }
    }

    private void check(EmbeddedServers servers) {
        try (RunningService last = RunningService.start(servers.addresses(), Map.copyOf(PROPERTIES))) {
            ProbeAudit.everythingTookEffectOnce(last, acknowledged);
            // Also what was delivered late had no second effect.
            await().atMost(PATIENCE).until(() -> last.settled(ProbeModule.DURABLE));
            ProbeAudit.everythingTookEffectOnce(last, acknowledged);
            assertThat(acknowledged).as("acknowledged").hasSizeGreaterThan(ROUNDS);
        }
    }

    private void appendUntilTold(ServiceProcess service) {
        while (loading.get()) {
            String contact = EventIds.next().toString();
            if (service.status("POST", "/probe/contacts/" + contact) == 201) {
                acknowledged.add(contact);
            } else {
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }

    private void pause() {
        LockSupport.parkNanos(
                Duration.ofMillis(random.nextInt(MAX_PAUSE_MILLIS)).toNanos());
    }
}
