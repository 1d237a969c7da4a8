package com.alumoutreach.backbone;

import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.probe.ProbeAudit;
import com.alumoutreach.backbone.testing.FaultyLine;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lines to Postgres and NATS are slow, cut, or dead without a word, while events are appended. */
class FaultyNetworkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean loading = new AtomicBoolean(true);
    private final List<Thread> clients = new ArrayList<>();
    private FaultyLine postgres;
    private FaultyLine nats;
    private RunningService service;

    @BeforeEach
    void start() {
        ServerAddresses servers = TestServers.get().newScope();
        URI postgresUri = URI.create(servers.postgresUrl().substring("jdbc:".length()));
        URI natsUri = URI.create(servers.natsUrl());
        postgres = new FaultyLine(postgresUri.getPort());
        nats = new FaultyLine(natsUri.getPort());
        ServerAddresses faulty = new ServerAddresses(
                servers.postgresUrl().replace(":" + postgresUri.getPort(), ":" + postgres.port()),
                servers.postgresUser(),
                servers.postgresPassword(),
                servers.natsUrl().replace(":" + natsUri.getPort(), ":" + nats.port()),
                servers.clickhouseUrl(),
                servers.clickhouseUser(),
                servers.clickhousePassword(),
                servers.clickhouseDatabase());
        Map<String, Object> properties = Map.of(
                "probe.enabled",
                "true",
                "alum.nats.duplicate-window",
                "100ms",
                "alum.nats.ping-interval",
                "1s",
                "alum.postgres.silence-seconds",
                "3");
        service = RunningService.start(faulty, properties);
        for (int i = 0; i < 3; i++) {
            clients.add(Thread.ofVirtual().start(this::append));
        }
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
        postgres.close();
        nats.close();
    }

    @Test
    void cutLines() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            pause(300);
            (i % 2 == 0 ? postgres : nats).cut();
        }
        everythingAcceptedTookEffectOnce();
    }

    @Test
    void slowLines() throws InterruptedException {
        postgres.slow(Duration.ofMillis(40));
        pause(1_500);
        nats.slow(Duration.ofMillis(150));
        pause(3_000);
        postgres.slow(Duration.ZERO);
        nats.slow(Duration.ZERO);
        everythingAcceptedTookEffectOnce();
    }

    @Test
    void aLineToNatsThatIsDeadWithoutAWord() throws InterruptedException {
        pause(500);
        nats.goDead();
        pause(2_000);
        everythingAcceptedTookEffectOnce();
    }

    @Test
    void aLineToPostgresThatIsDeadWithoutAWord() throws InterruptedException {
        pause(500);
        postgres.goDead();
        pause(2_000);
        everythingAcceptedTookEffectOnce();
    }

    private void everythingAcceptedTookEffectOnce() throws InterruptedException {
        int before = accepted.size();
        await("requests are accepted again").atMost(PATIENCE).until(() -> accepted.size() > before + 10);
        loading.set(false);
        for (Thread client : clients) {
            client.join();
        }
        ProbeAudit.everythingTookEffectOnce(service, accepted);
    }

    private void append() {
        while (loading.get()) {
            String contact = EventIds.next().toString();
            try {
                if (service.post("/probe/contacts/" + contact, "", null).statusCode() == 201) {
                    accepted.add(contact);
                }
            } catch (RuntimeException e) {
                // Not accepted.
            }
            pause(10);
        }
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }
}
