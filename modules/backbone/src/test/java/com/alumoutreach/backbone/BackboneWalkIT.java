package com.alumoutreach.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.contact.ContactCreated;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One event's way from the log over JetStream to its effect, and what happens when it does not go straight. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackboneWalkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private RunningService service;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("probe.enabled", "true"));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void anAppendedEventTakesEffectOnce() {
        String contact = append("web");
        await().atMost(PATIENCE).until(() -> effects(contact).size() == 1);
        assertThat(service.events("contact.created")).anySatisfy(e -> {
            assertThat(e.data().get("contactId").textValue()).isEqualTo(contact);
            assertThat(e.tenantId()).isEqualTo("tenant-a");
            assertThat(e.source()).isEqualTo("probe-service");
        });
    }

    @Test
    void aSecondDeliveryOfAnEventHasNoSecondEffect() {
        String contact = append("web");
        await().atMost(PATIENCE).until(() -> effects(contact).size() == 1);
        var envelope = service.events("contact.created").stream()
                .filter(e -> e.data().get("contactId").textValue().equals(contact))
                .findFirst()
                .orElseThrow();
        service.publish(envelope);
        String after = append("web");
        await().atMost(PATIENCE).until(() -> effects(after).size() == 1);
        assertThat(effects(contact)).hasSize(1);
    }

    @Test
    void retriesWithGrowingDelayUntilItSucceeds() {
        String contact = append("fail-2");
        await().atMost(PATIENCE).until(() -> effects(contact).size() == 1);
    }

    @Test
    void anEventWhoseAttemptsAreSpentIsADeadLetterAndItsNeighboursAreNot() {
        String bad = append("fail-1000");
        String good = append("web");
        await().atMost(PATIENCE).until(() -> effects(good).size() == 1);
        String operator = service.token("tenant-a", Role.OPERATOR);
        await().atMost(PATIENCE)
                .until(() -> service.get("/api/dead-letters", operator).body().contains("PROCESSING_ERROR"));
        assertThat(effects(bad)).isEmpty();
        assertThat(service.get("/api/dead-letters", service.token("tenant-b", Role.ADMIN))
                        .body())
                .doesNotContain("PROCESSING_ERROR");
    }

    @Test
    void whatIsNoEnvelopeIsADeadLetterThatThePlatformSees() {
        service.publish("contact.created", "{not json".getBytes(StandardCharsets.UTF_8));
        String platform = service.token("platform", Role.ADMIN);
        await().atMost(PATIENCE)
                .until(() -> service.get("/api/dead-letters", platform).body().contains("MALFORMED_EVENT"));
        String contact = append("web");
        await().atMost(PATIENCE).until(() -> effects(contact).size() == 1);
    }

    @Test
    void appendingOutsideATransactionIsRefused() {
        EventLog log = log();
        try (var handle = database().open()) {
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> log.append(handle, EventContext.background("t", "c", "probe"), created("x", "web")))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aRolledBackTransactionPublishesNothing() {
        String contact = EventIds.next().toString();
        try {
            database().useTransaction("tenant-a", tx -> {
                log().append(tx, EventContext.background("tenant-a", "c", "probe"), created(contact, "web"));
                throw new IllegalArgumentException("changed my mind");
            });
        } catch (IllegalArgumentException expected) {
            assertThat(expected).hasMessage("changed my mind");
        }
        String after = append("web");
        await().atMost(PATIENCE).until(() -> effects(after).size() == 1);
        assertThat(effects(contact)).isEmpty();
    }

    @Test
    void requestsWithoutATokenAreRefusedAsProblems() {
        var answer = service.get("/api/dead-letters", null);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("UNAUTHORIZED");
        assertThat(service.get("/api/dead-letters", service.token("tenant-a", Role.ANALYST))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void metricsCarryTheNamesOfTheSpecification() {
        String contact = append("web");
        await().atMost(PATIENCE).until(() -> effects(contact).size() == 1);
        String metrics = service.get("/prometheus", null).body();
        assertThat(metrics)
                .contains("events_published_total")
                .contains("events_consumed_total")
                .contains("events_acked_total")
                .contains("events_nacked_total")
                .contains("events_dlq_total")
                .contains("event_processing_duration");
    }

    private String append(String source) {
        String contact = EventIds.next().toString();
        database()
                .useTransaction(
                        "tenant-a",
                        tx -> log().append(
                                        tx,
                                        EventContext.background("tenant-a", "walk-1", "probe"),
                                        created(contact, source)));
        return contact;
    }

    private static ContactCreated created(String contact, String source) {
        return new ContactCreated(
                contact, "ada@example.com", null, source, null, null, null, null, 1L, null, null, null, null);
    }

    private List<UUID> effects(String contact) {
        return database()
                .inTransaction(
                        "tenant-a",
                        tx -> tx.createQuery(
                                        "SELECT event_id FROM probe.effects WHERE tenant_id = 'tenant-a' AND contact_id = :c")
                                .bind("c", contact)
                                .mapTo(UUID.class)
                                .list());
    }

    private Database database() {
        return service.database();
    }

    private EventLog log() {
        return service.context().getBean(EventLog.class, Qualifiers.byName(ProbeModule.NAME));
    }
}
