package com.alumoutreach.contacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contacts as a user meets them: over HTTP, and as events on the stream. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContactsWalkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private RunningService service;
    private String token;

    @BeforeAll
    void start() {
        service = RunningService.start();
        token = service.token("acme", Role.ADMIN);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void aCreatedContactIsAnsweredAndIsAnEvent() throws JsonProcessingException {
        HttpResponse<String> answer = service.post(
                "/api/contacts",
                "{\"email\":\"Ada@Example.com\",\"phone\":\"+12125550123\",\"firstName\":\"Ada\",\"source\":\"web\","
                        + "\"attributes\":{\"state\":\"CA\"}}",
                token);
        assertThat(answer.statusCode()).isEqualTo(201);
        String id = json(answer).get("id").textValue();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(service.events("contact.created"))
                        .anySatisfy(e -> assertThat(e.data().get("contactId").textValue())
                                .isEqualTo(id)));
        assertThat(service.get("/api/contacts/" + id, token).body()).contains("\"state\":\"CA\"");
    }

    @Test
    void anotherTenantDoesNotSeeTheContact() throws JsonProcessingException {
        String id = json(service.post("/api/contacts", "{\"email\":\"mine@example.com\"}", token))
                .get("id")
                .textValue();
        String other = service.token("other", Role.ADMIN);
        assertThat(service.get("/api/contacts/" + id, other).statusCode()).isEqualTo(404);
        assertThat(service.patch("/api/contacts/" + id, "{\"firstName\":\"X\"}", other)
                        .statusCode())
                .isEqualTo(404);
        assertThat(service.delete("/api/contacts/" + id, other).statusCode()).isEqualTo(404);
        assertThat(service.get("/api/contacts", other).body()).doesNotContain("mine@example.com");
        assertThat(service.get("/api/contacts/no-uuid", token).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"email\":\"nobody\"}",
                "{\"email\":\"a b@c.de\"}",
                "{\"phone\":\"call me\"}",
                "{}",
                "{",
                "[]",
                ""
            })
    void badInputIsABadRequest(String body) {
        HttpResponse<String> answer = service.post("/api/contacts", body, token);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"code\":");
    }

    @Test
    void theSameAddressIsAConflict() {
        service.post("/api/contacts", "{\"email\":\"twice@example.com\"}", token);
        HttpResponse<String> second = service.post("/api/contacts", "{\"email\":\"TWICE@example.com\"}", token);
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("CONTACT_EXISTS");
    }

    @Test
    void anImportAccountsForEveryRow() throws JsonProcessingException {
        String csv = "\uFEFFEmail,First Name,state\n"
                + "one@example.com,One,CA\n"
                + "two@example.com,\"Two, the second\",NY\n"
                + "not an address,Three,NY\n"
                + "one@example.com,Uno,CA\n"
                + "too,many,columns,here\n"
                + "two@example.com,\"Two, the second\",NY\n";
        HttpResponse<String> accepted = service.post("/api/imports", csv, "text/csv", token);
        assertThat(accepted.statusCode()).isEqualTo(202);
        String path = "/api/imports/" + json(accepted).get("id").textValue();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                json(service.get(path, token)).get("status").textValue())
                        .isEqualTo("completed"));
        JsonNode done = json(service.get(path, token));
        assertThat(done.get("lastRow").asInt()).isEqualTo(6);
        assertThat(done.get("created").asInt()).isEqualTo(2);
        assertThat(done.get("updated").asInt()).isEqualTo(1);
        assertThat(done.get("unchanged").asInt()).isEqualTo(1);
        assertThat(done.get("rejected").asInt()).isEqualTo(2);
        assertThat(service.get(path + "/rejected", token).body()).contains("INVALID_EMAIL", "WRONG_COLUMN_COUNT");
        assertThat(service.get(path, service.token("other", Role.ADMIN)).statusCode())
                .isEqualTo(404);
    }

    private static JsonNode json(HttpResponse<String> answer) throws JsonProcessingException {
        return EventCodec.mapper().readTree(answer.body());
    }
}
