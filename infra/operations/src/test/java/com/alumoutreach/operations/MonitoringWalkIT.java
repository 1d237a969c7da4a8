package com.alumoutreach.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventIds;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus beside a running service: what the files ask for is there, and alerts come and go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MonitoringWalkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private RunningService service;
    private RunningPrometheus prometheus;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        service = RunningService.start(Map.of("probe.enabled", "true"));
        prometheus = RunningPrometheus.start(
                folder, List.of(URI.create(service.url()).getAuthority()));
    }

    @AfterAll
    void stop() {
        prometheus.close();
        service.close();
    }

    @Test
    @Order(1)
    void everyMetricThatAlertsAndDashboardsAskForExists() {
        append("web");
        assertThat(service.post(
                                "/api/analytics/reconciliations",
                                "{}",
                                service.token(Caller.PLATFORM_TENANT, Role.ADMIN))
                        .statusCode())
                .isEqualTo(202);
        Set<String> asked = new TreeSet<>();
        expressions().forEach(expression -> asked.addAll(PromQl.metrics(expression)));
        assertThat(asked).hasSizeGreaterThan(30);

        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            wakeFigures();
            assertThat(asked.stream().filter(name -> prometheus.query(name).isEmpty()))
                    .as("metrics that nobody exports")
                    .isEmpty();
        });
    }

    @Test
    @Order(2)
    void prometheusUnderstandsEveryExpressionOfTheDashboards() {
        expressions().forEach(prometheus::query);
    }

    @Test
    @Order(3)
    void deadLettersRaiseAlertsThatEndWhenTheyEnd() {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> prometheus.firing().stream().noneMatch(MonitoringWalkIT::aboutDeadLetters));

        Awaitility.await("both alerts fire").atMost(PATIENCE).until(() -> {
            append("fail-1000");
            wakeFigures();
            return prometheus.firing().containsAll(List.of("EventDLQGrowing", "DeadLettersWaiting"));
        });

        Awaitility.await("nothing new is given up on").atMost(PATIENCE).until(() -> {
            List<String> firing = prometheus.firing();
            return !firing.contains("EventDLQGrowing") && firing.contains("DeadLettersWaiting");
        });

        String operator = service.token(ProbeModule.TENANT, Role.OPERATOR);
        service.post("/api/dead-letters/discard", "{\"durable\":\"" + ProbeModule.DURABLE + "\"}", operator);
        Awaitility.await("nothing waits any more").atMost(PATIENCE).until(() -> {
            wakeFigures();
            return prometheus.firing().stream().noneMatch(MonitoringWalkIT::aboutDeadLetters);
        });
    }

    @Test
    @Order(4)
    void aServiceThatEndsIsSeenToBeDown() {
        Awaitility.await().atMost(PATIENCE).until(() -> !prometheus.firing().contains("ServiceDown"));

        service.close();

        Awaitility.await().atMost(PATIENCE).until(() -> prometheus.firing().contains("ServiceDown"));
    }

    private static boolean aboutDeadLetters(String alert) {
        return alert.equals("EventDLQGrowing") || alert.equals("DeadLettersWaiting");
    }

    private static Stream<String> expressions() {
        return Stream.concat(
                AlertRules.all().stream().map(AlertRules::expression),
                Dashboard.all().stream().flatMap(dashboard -> dashboard.expressions().stream()));
    }

    /** Looks at once, not at the time of the next look. */
    private void wakeFigures() {
        BackgroundWorks works = service.context().getBean(BackgroundWorks.class);
        List.of(
                        "jetstream-figures",
                        "relay-lag",
                        "dead-letter-figures",
                        "analytics-freshness",
                        "analytics-reconciliation-figures",
                        "analytics-validation-figures")
                .forEach(works::wake);
    }

    private void append(String source) {
        assertThat(service.post("/probe/contacts/" + EventIds.next() + "?source=" + source, "", null)
                        .statusCode())
                .isEqualTo(201);
    }
}
