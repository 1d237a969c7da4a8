package com.alumoutreach.senders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tenant's settings over HTTP, and what the other services hear of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SendersWalkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PATH = "/api/settings/sending";
    private RunningService service;

    @BeforeAll
    void start() {
        service = RunningService.start();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void aTenantHasItsDayInUtcWithoutACapUntilItSaysOtherwise() {
        String token = service.token("new", Role.ANALYST);
        HttpResponse<String> answer = service.get(PATH, token);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("timeZone").textValue()).isEqualTo("UTC");
        assertThat(json(answer).get("dailySendCap").isNull()).isTrue();
        assertThat(answer.headers().firstValue("ETag")).hasValue("\"0\"");
    }

    @Test
    void everyChangeIsAnEventAndWhatChangesNothingIsNone() {
        String token = service.token("walker", Role.ADMIN);
        assertThat(put(token, "{\"timeZone\":\"UTC\"}").headers().firstValue("ETag"))
                .hasValue("\"0\"");
        HttpResponse<String> first = put(token, "{\"dailySendCap\":500,\"timeZone\":\"Europe/Berlin\"}");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(first.headers().firstValue("ETag")).hasValue("\"1\"");
        put(token, "{\"dailySendCap\":500,\"timeZone\":\"Europe/Berlin\"}");
        put(token, "{\"dailySendCap\":null,\"timeZone\":\"Asia/Kolkata\"}");

        HttpResponse<String> now = service.get(PATH, token);
        assertThat(json(now).get("timeZone").textValue()).isEqualTo("Asia/Kolkata");
        assertThat(json(now).get("dailySendCap").isNull()).isTrue();
        assertThat(service.send("GET", PATH, null, token, "If-None-Match", "\"2\"")
                        .statusCode())
                .isEqualTo(304);
        await().atMost(PATIENCE).until(() -> events("walker").size() >= 2);
        List<EventEnvelope> events = events("walker");
        assertThat(events).hasSize(2);
        assertThat(events.getFirst().source()).isEqualTo("senders-service");
        assertThat(events.getFirst().data().toString())
                .isEqualTo("{\"timeZone\":\"Europe/Berlin\",\"dailySendCap\":500}");
        assertThat(events.getLast().data().toString()).isEqualTo("{\"timeZone\":\"Asia/Kolkata\"}");
    }

    @Test
    void ofTwoWhoKnowTheSameVersionOneWins() throws Exception {
        String token = service.token("racers", Role.ADMIN);
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            String body = "{\"dailySendCap\":" + i + ",\"timeZone\":\"UTC\"}";
            calls.add(() ->
                    service.send("PUT", PATH, body, token, "If-Match", "\"0\"").statusCode());
        }
        List<Integer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }
        assertThat(answers).containsOnlyOnce(200).contains(412);
        await().atMost(PATIENCE).until(() -> events("racers").size() == 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|VALIDATION_FAILED",
                "{\"dailySendCap\":5}|VALIDATION_FAILED",
                "{\"dailySendCap\":0,\"timeZone\":\"UTC\"}|VALIDATION_FAILED",
                "{\"dailySendCap\":-1,\"timeZone\":\"UTC\"}|VALIDATION_FAILED",
                "{\"dailySendCap\":10000001,\"timeZone\":\"UTC\"}|VALIDATION_FAILED",
                "{\"timeZone\":\" \"}|VALIDATION_FAILED",
                "{\"timeZone\":\"Atlantis/Capital\"}|INVALID_TIME_ZONE",
                "{\"timeZone\":\"+02:00\"}|INVALID_TIME_ZONE",
                "{\"timeZone\":\"SystemV/PST8PDT\"}|INVALID_TIME_ZONE",
                "{\"timeZone\":\"europe/berlin\"}|INVALID_TIME_ZONE",
                "{\"timeZone\":\"Japan\"}|INVALID_TIME_ZONE",
                "{\"timeZone\":\"EST5EDT\"}|INVALID_TIME_ZONE",
                "{\"dailySendCap\":\"many\",\"timeZone\":\"UTC\"}|BAD_REQUEST",
                "{\"dailySendCap\":99999999999999999999,\"timeZone\":\"UTC\"}|BAD_REQUEST",
                "[]|BAD_REQUEST",
            })
    void refusesWhatAreNoSettings(String body, String code) {
        refuses(put(service.token("careless", Role.ADMIN), body), 400, code);
        assertThat(service.get(PATH, service.token("careless", Role.ADMIN)).body())
                .contains("\"version\":0");
    }

    @Test
    void adminsChangeThemAndEveryRoleOfTheTenantReadsThem() {
        String body = "{\"dailySendCap\":7,\"timeZone\":\"UTC\"}";
        assertThat(put(service.token("roles", Role.ADMIN), body).statusCode()).isEqualTo(200);
        for (Role role : Role.values()) {
            assertThat(service.get(PATH, service.token("roles", role)).body()).contains("\"dailySendCap\":7");
        }
        refuses(put(service.token("roles", Role.OPERATOR), body), 403, "FORBIDDEN");
        refuses(put(service.token("roles", Role.ANALYST), body), 403, "FORBIDDEN");
        refuses(service.get(PATH, null), 401, "UNAUTHORIZED");
        assertThat(service.get(PATH, service.token("stranger", Role.ADMIN)).body())
                .contains("\"dailySendCap\":null");
    }

    private HttpResponse<String> put(String token, String body) {
        return service.put(PATH, body, token);
    }

    private List<EventEnvelope> events(String tenant) {
        return service.events("sender.>").stream()
                .filter(event -> event.tenantId().equals(tenant))
                .toList();
    }

    private static void refuses(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).get("code").textValue()).isEqualTo(code);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + answer.body(), e);
        }
    }
}
