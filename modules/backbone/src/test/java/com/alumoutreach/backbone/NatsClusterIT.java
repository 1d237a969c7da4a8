package com.alumoutreach.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.probe.ProbeAudit;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.NatsCluster;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, three replicas, under load: each node is killed, paused and brought back. */
class NatsClusterIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int NODES = 3;

    private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean loading = new AtomicBoolean(true);

    @Test
    void nothingIsLostOrDoubledWhileNodesComeAndGo(@TempDir Path folder) throws Exception {
        ServerAddresses servers = TestServers.get().newScope();
        try (NatsCluster cluster = NatsCluster.start(folder, NODES, line -> {});
                RunningService service = RunningService.start(
                        withNats(servers, cluster.url()),
                        Map.of(
                                "probe.enabled",
                                "true",
                                "alum.nats.replicas",
                                NODES,
                                "alum.nats.duplicate-window",
                                "100ms"))) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                clients.add(Thread.ofVirtual().start(() -> append(service)));
            }
            awaitProgress(service);
            assertThat(service.nats()
                            .jetStreamManagement()
                            .getStreamInfo("ALUM_EVENTS")
                            .getConfiguration()
                            .getReplicas())
                    .isEqualTo(NODES);
            for (int node = 0; node < NODES; node++) {
                cluster.kill(node);
                awaitProgress(service);
                cluster.startAgain(node);
                pause(2_000);
                cluster.pause(node);
                pause(1_500);
                cluster.resume(node);
                awaitProgress(service);
            }
            loading.set(false);
            for (Thread client : clients) {
                client.join();
            }
            ProbeAudit.everythingTookEffectOnce(service, accepted);
        }
    }

    /** Events go all the way although a node is missing. */
    private static void awaitProgress(RunningService service) {
        long before = effects(service);
        await("events flow").atMost(PATIENCE).until(() -> effects(service) > before + 10);
    }

    private void append(RunningService service) {
        while (loading.get()) {
            String contact = EventIds.next().toString();
            if (service.post("/probe/contacts/" + contact, "", null).statusCode() == 201) {
                accepted.add(contact);
            }
            pause(15);
        }
    }

    private static ServerAddresses withNats(ServerAddresses servers, String natsUrl) {
        return new ServerAddresses(
                servers.postgresUrl(),
                servers.postgresUser(),
                servers.postgresPassword(),
                natsUrl,
                servers.clickhouseUrl(),
                servers.clickhouseUser(),
                servers.clickhousePassword(),
                servers.clickhouseDatabase());
    }

    private static long effects(RunningService service) {
        return ProbeAudit.number(service, "SELECT count(*) FROM probe.effects");
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }
}
