package com.alumoutreach.backbone.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.nats.client.api.MessageInfo;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLetterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RunningService service;
    private String operator;

    @BeforeEach
    void start() {
        service = RunningService.start(Map.of("probe.enabled", "true"));
        operator = service.token(ProbeModule.TENANT, Role.OPERATOR);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void anOperatorSeesWhyAnEventFailedAndGivesItBackToItsDurableAlone() {
        String contact = append("fail-3");
        JsonNode letter = awaitLetter(operator);

        JsonNode shown = json(service.get("/api/dead-letters/" + letter.get("position"), operator));
        assertThat(shown.get("durable").textValue()).isEqualTo(ProbeModule.DURABLE);
        assertThat(shown.get("subject").textValue()).isEqualTo("contact.created");
        assertThat(shown.get("errorCode").textValue()).isEqualTo("PROCESSING_ERROR");
        assertThat(shown.get("errorMessage").textValue()).contains("The probe fails as it was told to");
        assertThat(shown.get("attempts").intValue()).isEqualTo(3);
        assertThat(shown.get("stack").get(0).textValue()).contains("IllegalStateException");
        assertThat(shown.get("originalEvent").textValue()).contains(contact);
        assertThat(Instant.parse(shown.get("firstAttempt").textValue()))
                .isBefore(Instant.parse(shown.get("lastAttempt").textValue()));

        choose("redeliver", "{\"positions\":[" + letter.get("position") + "],\"dryRun\":true}", 1);
        assertThat(letters(operator)).hasSize(1);
        choose("redeliver", "{\"positions\":[" + letter.get("position") + "]}", 1);

        await().atMost(PATIENCE)
                .until(() -> ProbeModule.effects(service.database(), contact).size() == 1);
        assertThat(letters(operator)).isEmpty();
        await().atMost(PATIENCE)
                .until(() -> service.messages("ALUM_REDELIVERIES", ">").isEmpty());
        await().atMost(PATIENCE).until(() -> service.settled(ProbeModule.OTHER_DURABLE));
        assertThat(audit("operations.dead_letter.redelivered")).isEqualTo(1);
    }

    @Test
    void chosenByFilterAndTimeTheyAreDiscardedAndTheAuditSaysWhoDidIt() {
        append("fail-1000");
        awaitLetter(operator);

        for (String odd : new String[] {"\"yes\"", "1", "\"true\"", "[true]"}) {
            HttpResponse<String> answer = service.post(
                    "/api/dead-letters/discard",
                    "{\"durable\":\"" + ProbeModule.DURABLE + "\",\"dryRun\":" + odd + "}",
                    operator);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        }
        choose("discard", "{\"durable\":\"" + ProbeModule.DURABLE + "\",\"dryRun\":true}", 1);
        choose("discard", "{\"subject\":\"message.>\"}", 0);
        choose("discard", "{\"to\":\"2001-01-01T00:00:00Z\"}", 0);
        choose("discard", "{\"durable\":\"" + ProbeModule.DURABLE + "\",\"from\":\"2001-01-01T00:00:00Z\"}", 1);

        assertThat(letters(operator)).isEmpty();
        assertThat(audit("operations.dead_letter.discarded")).isEqualTo(1);
    }

    @Test
    void nothingChosenIsRefusedInsteadOfEverythingTaken() {
        HttpResponse<String> answer = service.post("/api/dead-letters/discard", "{}", operator);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("NOTHING_CHOSEN");
    }

    @Test
    void anotherTenantNeitherSeesNorTouchesALetter() {
        append("fail-1000");
        long position = awaitLetter(operator).get("position").longValue();
        String stranger = service.token("tenant-b", Role.ADMIN);

        assertThat(letters(stranger)).isEmpty();
        assertThat(service.get("/api/dead-letters/" + position, stranger).statusCode())
                .isEqualTo(404);
        assertThat(json(service.post("/api/dead-letters/discard", "{\"positions\":[" + position + "]}", stranger))
                        .get("letters"))
                .isEmpty();
        assertThat(letters(operator)).hasSize(1);
    }

    @Test
    void aLetterCarriesTheOriginalAndWhereItCameFrom() {
        service.publish("contact.created", "{\"type\":\"contact.created\"}".getBytes(StandardCharsets.UTF_8));
        String platform = service.token("platform", Role.ADMIN);
        awaitLetter(platform);

        MessageInfo stored =
                service.messages("ALUM_EVENTS_DLQ", "dlq.contact.created").getFirst();
        var headers = Objects.requireNonNull(stored.getHeaders());
        assertThat(headers.keySet())
                .anyMatch(name -> name.toLowerCase(java.util.Locale.ROOT).contains("durable"));
        JsonNode body = json(new String(stored.getData(), StandardCharsets.UTF_8));
        assertThat(body.at("/error/code").textValue()).isEqualTo("MALFORMED_EVENT");
        assertThat(body.has("originalEvent")).isTrue();
        assertThat(letters(operator)).as("it names no tenant").isEmpty();
    }

    private void choose(String action, String choice, int expected) {
        HttpResponse<String> answer = service.post("/api/dead-letters/" + action, choice, operator);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("letters")).hasSize(expected);
    }

    private String append(String source) {
        String contact = EventIds.next().toString();
        assertThat(service.post("/probe/contacts/" + contact + "?source=" + source, "", null)
                        .statusCode())
                .isEqualTo(201);
        return contact;
    }

    private JsonNode awaitLetter(String token) {
        await().atMost(PATIENCE).until(() -> letters(token).size() == 1);
        return letters(token).get(0);
    }

    private JsonNode letters(String token) {
        return json(service.get("/api/dead-letters", token)).path("items");
    }

    private long audit(String type) {
        return service.database()
                .inSystemTransaction(tx -> tx.createQuery(
                                "SELECT count(*) FROM probe.system_events WHERE event_type = :type AND actor_id = 'tester' AND org_id = :tenant")
                        .bind("type", type)
                        .bind("tenant", ProbeModule.TENANT)
                        .mapTo(Long.class)
                        .one());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return json(answer.body());
    }

    private static JsonNode json(String body) {
        try {
            return EventCodec.mapper().readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(body, e);
        }
    }
}
