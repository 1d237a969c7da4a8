package com.alumoutreach.contacts;

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
import java.util.UUID;
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
import org.junit.jupiter.params.provider.ValueSource;

/** A contact's life over HTTP, and what the other services hear of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContactsWalkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private RunningService service;
    private String token;

    @BeforeAll
    void start() {
        service = RunningService.start();
        token = service.token("tenant-a", Role.OPERATOR);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void everyChangeOfAContactIsAnEventWithItsWholeState() {
        var created = service.post("/api/contacts", """
                {"email":"Ada@Example.com","phone":"(504) 621-8927","firstName":"Ada","lastName":"Lovelace",
                 "source":"web","attributes":{"company":"Engines","seats":3},"tags":["vip"]}""", token);
        assertThat(created.statusCode()).isEqualTo(201);
        JsonNode contact = json(created);
        String id = contact.get("id").textValue();
        assertThat(created.headers().firstValue("Location")).hasValue("/api/contacts/" + id);
        assertThat(contact.get("phone").textValue()).isEqualTo("+15046218927");
        assertThat(json(service.get("/api/contacts/" + id, token))).isEqualTo(contact);

        service.patch("/api/contacts/" + id, "{\"firstName\":\"Augusta\",\"attributes\":{\"seats\":4}}", token);
        service.put("/api/contacts/" + id + "/tags/customer", "", token);
        service.delete("/api/contacts/" + id + "/tags/vip", token);
        assertThat(service.delete("/api/contacts/" + id, token).statusCode()).isEqualTo(204);
        assertThat(service.get("/api/contacts/" + id, token).statusCode()).isEqualTo(404);

        await().atMost(PATIENCE).until(() -> events(id).size() == 5);
        List<EventEnvelope> events = events(id);
        assertThat(events)
                .extracting(EventEnvelope::type)
                .containsExactly(
                        "contact.created", "contact.updated", "contact.tagged", "contact.untagged", "contact.deleted");
        assertThat(events)
                .extracting(e -> e.data().get("contactVersion").longValue())
                .containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(events).allSatisfy(e -> {
            assertThat(e.source()).isEqualTo("contacts-service");
            assertThat(e.tenantId()).isEqualTo("tenant-a");
        });
        JsonNode updated = events.get(1).data();
        assertThat(updated.get("email").textValue()).isEqualTo("Ada@Example.com");
        assertThat(updated.get("firstName").textValue()).isEqualTo("Augusta");
        assertThat(updated.get("attributes")).hasSize(2);
        assertThat(updated.at("/attributes/company").textValue()).isEqualTo("Engines");
        assertThat(updated.at("/attributes/seats").intValue()).isEqualTo(4);
        assertThat(updated.get("changedFields").toString()).isEqualTo("[\"firstName\",\"attributes\"]");
        assertThat(events.get(2).data().get("tags").toString()).isEqualTo("[\"vip\",\"customer\"]");
        assertThat(events.get(3).data().get("tags").toString()).isEqualTo("[\"customer\"]");
    }

    @Test
    void aChangeThatChangesNothingIsNoEvent() {
        String id = create(
                "{\"email\":\"same@example.com\",\"attributes\":{\"n\":1e2,\"f\":1.50,\"o\":{\"b\":[1,null]}},\"tags\":[\"a\"]}");
        service.patch(
                "/api/contacts/" + id,
                "{\"attributes\":{\"n\":1e2,\"f\":1.5,\"o\":{\"b\":[1,null]}},\"tags\":[\"a\"]}",
                token);
        service.put("/api/contacts/" + id + "/tags/a", "", token);
        service.delete("/api/contacts/" + id + "/tags/never", token);
        assertThat(version(id)).isEqualTo(1);
        service.put("/api/contacts/" + id + "/tags/b", "", token);
        await().atMost(PATIENCE).until(() -> events(id).size() == 2);
    }

    @Test
    void patchRemovesWhatIsEmptyAndPutWhatIsNotNamed() {
        String id = create(
                "{\"email\":\"cut@example.com\",\"phone\":\"+15046218927\",\"firstName\":\"C\",\"attributes\":{\"a\":1,\"b\":2},\"tags\":[\"t\"]}");
        JsonNode patched =
                json(service.patch("/api/contacts/" + id, "{\"firstName\":\"\",\"attributes\":{\"a\":null}}", token));
        assertThat(patched.hasNonNull("firstName")).isFalse();
        assertThat(patched.get("attributes").toString()).isEqualTo("{\"b\":2}");
        JsonNode put =
                json(service.put("/api/contacts/" + id, "{\"email\":\"cut@example.com\",\"tags\":[\"u\"]}", token));
        assertThat(put.hasNonNull("phone")).isFalse();
        assertThat(put.get("tags").toString()).isEqualTo("[\"u\"]");
        assertThat(service.patch("/api/contacts/" + id, "{\"email\":\"\"}", token)
                        .body())
                .contains("NO_ADDRESS");
        await().atMost(PATIENCE).until(() -> events(id).size() == 5);
        assertThat(events(id))
                .extracting(EventEnvelope::type)
                .containsExactly(
                        "contact.created", "contact.updated", "contact.updated", "contact.tagged", "contact.untagged");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|NO_ADDRESS",
                "{\"email\":\"nobody\"}|INVALID_EMAIL",
                "{\"email\":\"a b@example.com\"}|INVALID_EMAIL",
                "{\"email\":\"a@b..com\"}|INVALID_EMAIL",
                "{\"phone\":\"12\"}|INVALID_PHONE",
                "{\"phone\":\"call me\"}|INVALID_PHONE",
                "{\"email\":\"n@example.com\",\"firstName\":\"\\u0000\"}|INVALID_TEXT",
                "{\"email\":\"n@example.com\",\"firstName\":\"\\ud800\"}|INVALID_TEXT",
                "{\"email\":\"n@example.com\",\"attributes\":{\"a\":[{\"b\":\"\\u0000\"}]}}|INVALID_TEXT",
                "{\"email\":\"n@example.com\",\"attributes\":{\"a\":1e999999}}|INVALID_ATTRIBUTE",
                "{\"email\":\"n@example.com\",\"tags\":[\"\"]}|INVALID_TAG",
                "{\"email\":\"n@example.com\",\"tags\":[null]}|INVALID_TAG",
                "{\"email\":|BAD_REQUEST",
                "[]|BAD_REQUEST",
            })
    void refusesWhatIsNoContact(String body, String code) {
        var answer = service.post("/api/contacts", body, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).get("code").textValue()).isEqualTo(code);
    }

    @Test
    void refusesMoreThanAnEventCanCarry() {
        var answer = service.post(
                "/api/contacts",
                "{\"email\":\"big@example.com\",\"attributes\":{\"a\":\"" + "x".repeat(200_000) + "\"}}",
                token);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("ATTRIBUTES_TOO_LARGE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "o'hara+tag@mail.example.co.uk",
                "jörg@müller.example",
                "a@xn--e1afmkfd.xn--p1ai",
                "x_1@localhost.test"
            })
    void acceptsAddressesThatMailServersTake(String email) {
        assertThat(service.post("/api/contacts", "{\"email\":\"" + email + "\"}", token)
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void anAddressBelongsToOneContactOfATenantWhateverItsCase() {
        String id = create("{\"email\":\"Once@Example.com\"}");
        var again = service.post("/api/contacts", "{\"email\":\"once@example.COM\"}", token);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(json(again).get("code").textValue()).isEqualTo("CONTACT_EXISTS");
        String other = create("{\"email\":\"other@example.com\"}");
        assertThat(service.patch("/api/contacts/" + other, "{\"email\":\"ONCE@example.com\"}", token)
                        .statusCode())
                .isEqualTo(409);
        assertThat(json(service.get("/api/contacts?email=ONCE@example.com", token))
                        .at("/items/0/id")
                        .textValue())
                .isEqualTo(id);
        assertThat(service.post(
                                "/api/contacts",
                                "{\"email\":\"once@example.com\"}",
                                service.token("tenant-b", Role.ADMIN))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void ofManyWhoCreateOneContactAtOnceOneSucceeds() throws Exception {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            calls.add(() -> service.post("/api/contacts", "{\"email\":\"race@example.com\"}", token)
                    .statusCode());
        }
        List<Integer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }
        assertThat(answers).containsOnly(201, 409).containsOnlyOnce(201);
    }

    @Test
    void changesAtOnceAreAllCounted() throws Exception {
        String id = create("{\"email\":\"busy@example.com\"}");
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String tag = "tag-" + i;
            calls.add(() -> service.put("/api/contacts/" + id + "/tags/" + tag, "", token)
                    .statusCode());
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> answer : threads.invokeAll(calls)) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
        assertThat(version(id)).isEqualTo(21);
        await().atMost(PATIENCE).until(() -> events(id).size() == 21);
        assertThat(events(id))
                .extracting(e -> e.data().get("contactVersion").longValue())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void anotherTenantsContactIsNotThere() {
        String id = create("{\"email\":\"mine@example.com\"}");
        String stranger = service.token("tenant-b", Role.ADMIN);
        assertThat(service.get("/api/contacts/" + id, stranger).statusCode()).isEqualTo(404);
        assertThat(service.patch("/api/contacts/" + id, "{\"firstName\":\"X\"}", stranger)
                        .statusCode())
                .isEqualTo(404);
        assertThat(service.put("/api/contacts/" + id, "{\"email\":\"x@example.com\"}", stranger)
                        .statusCode())
                .isEqualTo(404);
        assertThat(service.put("/api/contacts/" + id + "/tags/x", "", stranger).statusCode())
                .isEqualTo(404);
        assertThat(service.delete("/api/contacts/" + id + "/tags/x", stranger).statusCode())
                .isEqualTo(404);
        assertThat(service.delete("/api/contacts/" + id, stranger).statusCode()).isEqualTo(404);
        assertThat(service.get("/api/contacts?email=mine@example.com", stranger).body())
                .doesNotContain(id);
        assertThat(service.get("/api/contacts/" + id, token).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNoIdIsNotThere() {
        assertThat(service.get("/api/contacts/nonsense", token).statusCode()).isEqualTo(404);
        assertThat(service.get("/api/contacts/" + UUID.randomUUID(), token).statusCode())
                .isEqualTo(404);
        assertThat(service.get("/api/contacts?email=%00", token).statusCode()).isEqualTo(400);
        assertThat(service.delete("/api/contacts/attributes/a%00", token).body())
                .contains("INVALID_TEXT");
        for (String value : List.of("q", "tag", "source", "attributes.a", "attributes.%00", "domain")) {
            assertThat(service.get("/api/contacts?" + value + "=a%00", token).body())
                    .as(value)
                    .contains("\"items\":[]");
        }
    }

    @Test
    void analystsReadAndDoNotWrite() {
        String id = create("{\"email\":\"read@example.com\"}");
        String analyst = service.token("tenant-a", Role.ANALYST);
        assertThat(service.get("/api/contacts/" + id, analyst).statusCode()).isEqualTo(200);
        assertThat(service.get("/api/contacts/imports", analyst).statusCode()).isEqualTo(200);
        assertThat(service.post("/api/contacts", "{\"email\":\"w@example.com\"}", analyst)
                        .statusCode())
                .isEqualTo(403);
        assertThat(service.delete("/api/contacts/" + id, analyst).statusCode()).isEqualTo(403);
    }

    @Test
    void listsGoOnWhereThePageEnded() {
        String lister = service.token("tenant-list", Role.ADMIN);
        for (int i = 0; i < 5; i++) {
            service.post("/api/contacts", "{\"email\":\"l" + i + "@example.com\"}", lister);
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page =
                    json(service.get("/api/contacts?limit=2" + (cursor.isEmpty() ? "" : "&cursor=" + cursor), lister));
            page.get("items").forEach(item -> seen.add(item.get("email").textValue()));
            cursor = page.path("nextCursor").textValue();
        }
        assertThat(seen)
                .containsExactly(
                        "l0@example.com", "l1@example.com", "l2@example.com", "l3@example.com", "l4@example.com");
    }

    private String create(String body) {
        HttpResponse<String> answer = service.post("/api/contacts", body, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).get("id").textValue();
    }

    private long version(String id) {
        return json(service.get("/api/contacts/" + id, token)).get("version").longValue();
    }

    private List<EventEnvelope> events(String contact) {
        return service.events("contact.>").stream()
                .filter(e -> contact.equals(e.data().path("contactId").textValue()))
                .toList();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + answer.body(), e);
        }
    }
}
