package com.alumoutreach.backbone.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.testing.Scrape;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.EmbeddedServers;
import com.alumoutreach.embedded.ServerKind;
import io.nats.client.ConsumerContext;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Operators see what there is, and see nothing rather than what there was when NATS is away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FiguresIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PROBE = "module=\"probe\"";
    private static final String CONTACTS = "consumer=\"" + ProbeModule.DURABLE + "\"";
    private static final String OTHERS = "consumer=\"" + ProbeModule.OTHER_DURABLE + "\"";
    private static final String EVENTS = "stream=\"ALUM_EVENTS\"";

    /** Three contacts, two that were given up on, two words about who discarded them, and two contacts without NATS. */
    private static final double MESSAGES = 9;

    private EmbeddedServers servers;
    private RunningService service;

    @BeforeAll
    void start(@TempDir Path data) {
        servers = EmbeddedServers.start(data, line -> {});
        service = RunningService.start(servers.addresses(), Map.of("probe.enabled", "true"));
    }

    @AfterAll
    void stop() {
        service.close();
        servers.close();
    }

    @Test
    @Order(1)
    void streamsAndDurablesShowWhatNatsKnows() {
        for (int i = 0; i < 3; i++) {
            append("web");
        }

        Scrape scrape = await(
                s -> s.value("nats_consumer_ack_floor_gap", EVENTS, CONTACTS).orElse(0) == 3
                        && s.value("nats_stream_messages", EVENTS).orElse(0) == 3
                        && s.value("relay_active", PROBE).orElse(0) == 1);
        assertThat(scrape.value("nats_consumer_pending", EVENTS, CONTACTS)).hasValue(0);
        assertThat(scrape.value("consumer_lag", CONTACTS)).hasValue(0);
        assertThat(scrape.value("nats_consumer_ack_pending", EVENTS, CONTACTS)).hasValue(0);
        assertThat(scrape.value("nats_consumer_redelivered", EVENTS, CONTACTS)).hasValue(0);
        assertThat(scrape.value("nats_consumer_delivered", EVENTS, CONTACTS)).hasValue(3);
        assertThat(scrape.value("nats_consumer_ack_floor_gap", EVENTS, CONTACTS))
                .hasValue(3);
        assertThat(scrape.value("nats_stream_bytes", EVENTS).orElseThrow()).isPositive();
        assertThat(scrape.value("nats_stream_bytes_limit", EVENTS)).hasValue(10_737_418_240.0);
        assertThat(scrape.value("nats_stream_age_limit_seconds", EVENTS)).hasValue(7 * 86_400);
        assertThat(scrape.value("nats_stream_age_seconds", EVENTS).orElseThrow())
                .isBetween(0.0, PATIENCE.toSeconds() * 2.0);
        assertThat(scrape.value("nats_storage_bytes").orElseThrow()).isPositive();
        assertThat(scrape.value("relay_rewinds_total", PROBE)).hasValue(0);
        assertThat(scrape.value("event_processing_duration_seconds_bucket", CONTACTS, "le=\"+Inf\"")
                        .orElseThrow())
                .isPositive();
    }

    @Test
    @Order(2)
    void thePoolAndTheJvmAreMeasured() {
        assertThat(Scrape.of(service).names())
                .contains(
                        "hikaricp_connections_active",
                        "hikaricp_connections_max",
                        "hikaricp_connections_pending",
                        "jvm_memory_used_bytes",
                        "jvm_memory_max_bytes",
                        "jvm_threads_live_threads",
                        "process_cpu_usage",
                        "process_uptime_seconds",
                        "disk_free_bytes",
                        "disk_total_bytes",
                        "http_server_requests_seconds_count");
    }

    @Test
    @Order(3)
    void deadLettersAreCountedByDurableUntilTheyAreDiscarded() {
        Scrape before = await(s -> s.value("dead_letters", CONTACTS).isPresent());
        assertThat(before.value("dead_letters", CONTACTS)).hasValue(0);
        append("fail-1000");
        append("fail-1000");

        Scrape scrape = await(s -> s.value("dead_letters", CONTACTS).orElse(0) == 2);
        assertThat(scrape.value("dead_letters", OTHERS)).hasValue(0);
        assertThat(scrape.value("events_dlq_total", CONTACTS)).hasValue(2);

        String operator = service.token(ProbeModule.TENANT, Role.OPERATOR);
        assertThat(service.post("/api/dead-letters/discard", "{\"durable\":\"" + ProbeModule.DURABLE + "\"}", operator)
                        .statusCode())
                .isEqualTo(200);
        await(s -> s.value("dead_letters", CONTACTS).orElse(-1) == 0);
    }

    @Test
    @Order(4)
    void whileNatsIsAwayTheRelayLagsAndNatsHasNoFigures() {
        servers.kill(ServerKind.NATS);
        append("web");
        append("web");

        Scrape scrape = await(s -> s.value("relay_unpublished_events", PROBE).orElse(0) == 2
                && s.value("relay_lag_seconds", PROBE).orElse(0) > 1
                && s.names().stream().noneMatch(name -> name.startsWith("nats_")));
        assertThat(scrape.value("relay_active", PROBE)).hasValue(0);
        assertThat(scrape.names()).doesNotContain("consumer_lag", "dead_letters");

        servers.start(ServerKind.NATS);
        await(s -> s.value("relay_lag_seconds", PROBE).orElse(1) == 0
                && s.value("relay_unpublished_events", PROBE).orElse(1) == 0
                && s.value("nats_consumer_ack_floor_gap", EVENTS, CONTACTS).orElse(0) == MESSAGES
                && s.value("relay_active", PROBE).orElse(0) == 1);
    }

    @Test
    @Order(5)
    void aDurableThatNoServiceServesIsSeenToo() throws Exception {
        String forgotten = "consumer=\"FORGOTTEN_CONSUMER\"";
        service.nats()
                .jetStreamManagement()
                .addOrUpdateConsumer(
                        "ALUM_EVENTS",
                        ConsumerConfiguration.builder()
                                .durable("FORGOTTEN_CONSUMER")
                                .ackPolicy(AckPolicy.Explicit)
                                // So that the second delivery is of the same message.
                                .maxAckPending(1)
                                .build());
        ConsumerContext durable = service.nats().getConsumerContext("ALUM_EVENTS", "FORGOTTEN_CONSUMER");

        durable.next().nak();
        durable.next();

        Scrape scrape =
                await(s -> s.value("nats_consumer_redelivered", forgotten).orElse(0) == 1);
        assertThat(scrape.value("nats_consumer_ack_pending", forgotten)).hasValue(1);
        assertThat(scrape.value("nats_consumer_pending", forgotten)).hasValue(MESSAGES - 1);
        assertThat(scrape.value("nats_consumer_ack_floor_gap", forgotten)).hasValue(0);
        assertThat(scrape.value("nats_consumer_ack_floor", forgotten)).hasValue(0);
        assertThat(scrape.value("consumer_lag", forgotten)).isEmpty();
    }

    @Test
    @Order(6)
    void withoutPostgresTheRelaysLagIsNotKnown() {
        servers.kill(ServerKind.POSTGRES);
        await(s -> !s.names().contains("relay_lag_seconds"));
        servers.start(ServerKind.POSTGRES);
        await(s -> s.names().contains("relay_lag_seconds"));
    }

    private void append(String source) {
        assertThat(service.post("/probe/contacts/" + EventIds.next() + "?source=" + source, "", null)
                        .statusCode())
                .isEqualTo(201);
    }

    /** Looks all figures up at once instead of at their time. */
    private Scrape await(Predicate<Scrape> condition) {
        BackgroundWorks works = service.context().getBean(BackgroundWorks.class);
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> {
                            List.of("jetstream-figures", "relay-lag", "dead-letter-figures")
                                    .forEach(works::wake);
                            return Scrape.of(service);
                        },
                        condition);
    }
}
