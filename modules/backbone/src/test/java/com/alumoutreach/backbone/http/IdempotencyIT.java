package com.alumoutreach.backbone.http;

import static com.alumoutreach.backbone.probe.ProbeModule.effects;
import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.probe.ProbeProcess;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.testing.ServiceProcess;
import com.alumoutreach.contracts.EventIds;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is sent again takes effect once, and its sender hears what it would have heard. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyIT {
    private static final Map<String, Object> PROBE = Map.of("probe.enabled", "true");

    private RunningService service;

    @BeforeAll
    void start() {
        service = RunningService.start(PROBE);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void theSecondRequestIsAnsweredAsTheFirst() {
        String contact = contact();
        HttpResponse<String> first = post(contact, "key-of-" + contact);
        HttpResponse<String> second = post(contact, "key-of-" + contact);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        for (String header : List.of("Location", "ETag", "Content-Type")) {
            assertThat(second.headers().firstValue(header))
                    .isPresent()
                    .isEqualTo(first.headers().firstValue(header));
        }
        assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
        assertThat(second.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(effects(service.database(), contact)).hasSize(1);
    }

    @Test
    void withoutAKeyEachRequestTakesEffect() {
        String contact = contact();
        String token = service.token(ProbeModule.TENANT, Role.OPERATOR);
        service.post("/probe/once", body(contact, 0, false), token);
        service.post("/probe/once", body(contact, 0, false), token);

        assertThat(effects(service.database(), contact)).hasSize(2);
    }

    @Test
    void aKeyIsOfOneRequest() {
        String contact = contact();
        post(contact, "key-of-" + contact);

        HttpResponse<String> other = send(ProbeModule.TENANT, "key-of-" + contact, body(contact, 0.001, false));
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.body()).contains("IDEMPOTENCY_KEY_REUSED");
        assertThat(service.send(
                                "POST",
                                "/probe/once?elsewhere",
                                body(contact, 0, false),
                                service.token(ProbeModule.TENANT, Role.OPERATOR),
                                Idempotency.HEADER,
                                "key-of-" + contact)
                        .statusCode())
                .isEqualTo(422);
        assertThat(effects(service.database(), contact)).hasSize(1);
    }

    @Test
    void tenantsHaveKeysOfTheirOwn() {
        String contact = contact();
        HttpResponse<String> ours = post(contact, "key-of-" + contact);
        HttpResponse<String> theirs = send("tenant-b", "key-of-" + contact, body(contact, 0, false));

        assertThat(theirs.statusCode()).isEqualTo(201);
        assertThat(theirs.body()).isNotEqualTo(ours.body());
    }

    @Test
    void whatFailedIsNotKept() {
        String contact = contact();
        assertThat(send(ProbeModule.TENANT, "key-of-" + contact, body(contact, 0, true))
                        .body())
                .contains("PROBE_FAILS");

        assertThat(post(contact, "key-of-" + contact).statusCode()).isEqualTo(201);
        assertThat(effects(service.database(), contact)).hasSize(1);
    }

    @Test
    void aSecondRequestWaitsForTheFirst() {
        String contact = contact();
        List<CompletableFuture<HttpResponse<String>>> both = java.util.stream.Stream.of(1, 2)
                .map(n -> CompletableFuture.supplyAsync(
                        () -> send(ProbeModule.TENANT, "key-of-" + contact, body(contact, 0.7, false))))
                .toList();

        assertThat(both).extracting(answer -> answer.join().statusCode()).containsOnly(201);
        assertThat(both.stream().map(answer -> answer.join().body()).distinct()).hasSize(1);
        assertThat(effects(service.database(), contact)).hasSize(1);
    }

    @Test
    void aSecondRequestDoesNotWaitForEver() {
        String contact = contact();
        List<CompletableFuture<HttpResponse<String>>> both = java.util.stream.Stream.of(1, 2)
                .map(n -> CompletableFuture.supplyAsync(
                        () -> send(ProbeModule.TENANT, "key-of-" + contact, body(contact, 5, false))))
                .toList();

        assertThat(both).extracting(answer -> answer.join().statusCode()).containsExactlyInAnyOrder(201, 409);
        HttpResponse<String> refused = both.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.statusCode() == 409)
                .findFirst()
                .orElseThrow();
        assertThat(refused.body()).contains("IDEMPOTENCY_KEY_IN_USE");
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("3");
        assertThat(effects(service.database(), contact)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", ""})
    void refusesWhatIsNoKey(String key) {
        HttpResponse<String> answer = send(ProbeModule.TENANT, key, body(contact(), 0, false));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("INVALID_IDEMPOTENCY_KEY");
    }

    @Test
    void aKeyHasAtMost255Characters() {
        assertThat(post(contact(), "k".repeat(255)).statusCode()).isEqualTo(201);
        assertThat(post(contact(), "k".repeat(256)).body()).contains("INVALID_IDEMPOTENCY_KEY");
    }

    @Test
    void aKeyIsForgottenAfterADay() throws Exception {
        String contact = contact();
        post(contact, "key-of-" + contact);
        age(contact, 23);
        housekeep();
        assertThat(post(contact, "key-of-" + contact).headers().firstValue("Idempotency-Replayed"))
                .isPresent();

        age(contact, 2);
        assertThat(post(contact, "key-of-" + contact).headers().firstValue("Idempotency-Replayed"))
                .as("not yet swept away, but too old")
                .isEmpty();
        assertThat(effects(service.database(), contact)).hasSize(2);

        age(contact, 25);
        housekeep();
        assertThat(service.database()
                        .<Integer>inSystemTransaction(
                                tx -> tx.createQuery("SELECT count(*) FROM probe.idempotency_keys WHERE key = :key")
                                        .bind("key", "key-of-" + contact)
                                        .mapTo(Integer.class)
                                        .one()))
                .isZero();
    }

    @Test
    void processDiesAfterCommitBeforeTheAnswer() {
        String contact = contact();
        String token = service.token(ProbeModule.TENANT, Role.OPERATOR);
        try (ServiceProcess process = ProbeProcess.start(
                        service.servers(), Map.of("probe.enabled", "true", "probe.halt", "true"))
                .awaitReady()) {
            try {
                process.send(
                        "POST", "/probe/once", body(contact, 0, false), token, Idempotency.HEADER, "key-of-" + contact);
            } catch (UncheckedIOException e) {
                assertThat(e).hasMessageContaining("HTTP/1.1 header parser received no bytes");
            }
            assertThat(process.awaitExit()).isEqualTo(ProbeProcess.HALTED);
        }

        HttpResponse<String> again = post(contact, "key-of-" + contact);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(effects(service.database(), contact)).hasSize(1);
        assertThat(again.body())
                .contains(effects(service.database(), contact).getFirst().toString());
    }

    private void age(String contact, int hours) {
        service.database()
                .inSystemTransaction(tx -> tx.createUpdate("UPDATE probe.idempotency_keys"
                                + " SET created_at = created_at - make_interval(hours => :hours) WHERE key = :key")
                        .bind("hours", hours)
                        .bind("key", "key-of-" + contact)
                        .execute());
    }

    private void housekeep() throws Exception {
        for (BackgroundWork work : service.context().getBeansOfType(BackgroundWork.class)) {
            if (work.name().equals("housekeeping")) {
                work.step();
            }
        }
    }

    private HttpResponse<String> post(String contact, String key) {
        return send(ProbeModule.TENANT, key, body(contact, 0, false));
    }

    private HttpResponse<String> send(String tenant, String key, String body) {
        return service.send("POST", "/probe/once", body, service.token(tenant, Role.OPERATOR), Idempotency.HEADER, key);
    }

    private static String body(String contact, double seconds, boolean fails) {
        return "{\"contact\":\"%s\",\"seconds\":%s,\"fails\":%s}".formatted(contact, seconds, fails);
    }

    private static String contact() {
        return EventIds.next().toString();
    }
}
