package com.alumoutreach.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.probe.ProbeAudit;
import com.alumoutreach.backbone.probe.ProbeProcess;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.testing.ServiceProcess;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Two instances of a service are replaced by its next version, one after the other, while events flow. */
class RollingUpgradeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, String> OLD =
            Map.of("probe.enabled", "true", "alum.nats.duplicate-window", "100ms");
    private static final Map<String, String> NEW =
            Map.of("probe.enabled", "true", "alum.nats.duplicate-window", "100ms", "probe.version", "2");

    private final List<ServiceProcess> instances = new CopyOnWriteArrayList<>();
    private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean loading = new AtomicBoolean(true);

    @Test
    void twoVersionsShareADurableAndNothingIsLostOrDoubled() throws InterruptedException {
        ServerAddresses servers = TestServers.get().newScope();
        try {
            instances.add(ProbeProcess.start(servers, OLD).awaitReady());
            instances.add(ProbeProcess.start(servers, OLD).awaitReady());
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int client = i;
                clients.add(Thread.ofVirtual().start(() -> append(client)));
            }
            awaitMore();
            try (RunningService owner = RunningService.start(servers, Map.copyOf(OLD))) {
                // What the migration of the next version does; the old one goes on with it.
                owner.asOwner("ALTER TABLE probe.effects ADD COLUMN version int");
            }
            awaitMore();
            for (int i = 0; i < 2; i++) {
                ServiceProcess old = instances.get(i);
                instances.set(i, ProbeProcess.start(servers, NEW).awaitReady());
                old.stop();
                awaitMore();
            }
            loading.set(false);
            for (Thread client : clients) {
                client.join();
            }
            check(servers);
        } finally {
            instances.forEach(ServiceProcess::close);
        }
    }

    private void check(ServerAddresses servers) {
        try (RunningService last = RunningService.start(servers, Map.copyOf(NEW))) {
            ProbeAudit.everythingTookEffectOnce(last, accepted);
            assertThat(ProbeAudit.number(last, "SELECT count(*) FROM probe.effects WHERE version IS NULL"))
                    .as("handled by the old version")
                    .isPositive();
            assertThat(ProbeAudit.number(last, "SELECT count(*) FROM probe.effects WHERE version = 2"))
                    .as("handled by the new version")
                    .isPositive();
        }
    }

    private void awaitMore() {
        int before = accepted.size();
        await("requests are accepted").atMost(PATIENCE).until(() -> accepted.size() > before + 30);
    }

    private void append(int client) {
        for (int i = client; loading.get(); i++) {
            String contact = EventIds.next().toString();
            if (instances.get(i % 2).status("POST", "/probe/contacts/" + contact) == 201) {
                accepted.add(contact);
            }
            LockSupport.parkNanos(Duration.ofMillis(15).toNanos());
        }
    }
}
