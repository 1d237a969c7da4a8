package com.alumoutreach.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventCatalog;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactDeleted;
import com.alumoutreach.contracts.contact.ContactUpdated;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Members follow the contacts, in whatever order and however often their events arrive. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MembershipIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
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
    void aSegmentFillsWithThoseWhoWereThereAndThoseWhoCome() throws JsonProcessingException {
        publish("fill", created("c1", "CA", 1));
        publish("fill", created("c2", "NY", 1));
        String segment = californians("fill");
        await().atMost(PATIENCE).until(() -> members("fill", segment).equals(Set.of("c1")));
        publish("fill", updated("c2", "CA", 2));
        await().atMost(PATIENCE).until(() -> members("fill", segment).equals(Set.of("c1", "c2")));
        publish("fill", new ContactDeleted("c1", 2L, null, null));
        await().atMost(PATIENCE).until(() -> members("fill", segment).equals(Set.of("c2")));
        assertThat(service.events("segment.member.added")).hasSizeGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyOrderAndAnyDuplicatesGiveTheSameMembers(long seed) throws JsonProcessingException {
        Random random = new Random(seed);
        String tenant = "random-" + seed;
        String segment = californians(tenant);
        List<EventEnvelope> events = new ArrayList<>();
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            String contact = "c" + i;
            events.add(envelope(tenant, created(contact, random.nextBoolean() ? "CA" : "NY", 1)));
            String last = random.nextBoolean() ? "CA" : "TX";
            events.add(envelope(tenant, updated(contact, "NV", 2)));
            events.add(envelope(tenant, updated(contact, last, 3)));
            boolean deleted = random.nextInt(5) == 0;
            if (deleted) {
                events.add(envelope(tenant, new ContactDeleted(contact, 4L, null, null)));
            } else if (last.equals("CA")) {
                expected.add(contact);
            }
        }
        events.addAll(List.copyOf(events).subList(0, events.size() / 2));
        Collections.shuffle(events, random);
        events.forEach(service::publish);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(members(tenant, segment)).isEqualTo(expected));
    }

    @Test
    void rulesThatMakeNoSenseAreRefused() {
        String token = service.token("rules", Role.ADMIN);
        assertThat(service.post(
                                "/api/segments",
                                "{\"name\":\"x\",\"conditions\":[{\"field\":\"state\",\"op\":\"resembles\",\"value\":1}]}",
                                token)
                        .body())
                .contains("INVALID_RULE");
        assertThat(service.post("/api/segments", "{\"name\":\"x\",\"conditions\":[]}", token)
                        .statusCode())
                .isEqualTo(400);
        assertThat(service.get("/api/segments/" + EventIds.next(), token).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"100000,BODY_TOO_DEEP", "600,BODY_TOO_DEEP", "400,INVALID_RULE", "2,INVALID_RULE"})
    void nestedRulesAreRefusedHoweverDeep(int depth, String code) {
        String token = service.token("deep", Role.ADMIN);
        List<String> nested =
                List.of("[".repeat(depth) + "]".repeat(depth), "{\"a\":".repeat(depth) + "1" + "}".repeat(depth));
        for (String value : nested) {
            for (String op : List.of("equals", "in")) {
                HttpResponse<String> answer = service.post(
                        "/api/segments",
                        "{\"name\":\"x\",\"conditions\":[{\"field\":\"f\",\"op\":\"%s\",\"value\":%s}]}"
                                .formatted(op, value),
                        token);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
                assertThat(answer.body()).contains(code);
            }
        }
    }

    @Test
    void theTagOfASegmentFollowsItsMembersButAChangeNamesItsVersionAlone() throws JsonProcessingException {
        String token = service.token("tags", Role.ADMIN);
        String path = "/api/segments/" + californians("tags");
        await().atMost(PATIENCE).until(() -> service.get(path, token).body().contains("\"evaluated\""));
        String before = service.get(path, token).headers().firstValue("ETag").orElseThrow();
        assertThat(before).isEqualTo("\"1-evaluated-0\"");
        publish("tags", created("c1", "CA", 1));
        await().atMost(PATIENCE)
                .until(() -> service.send("GET", path, null, token, "If-None-Match", before)
                                .statusCode()
                        == 200);

        String body = "{\"name\":\"y\",\"conditions\":[{\"field\":\"state\",\"op\":\"exists\"}]}";
        assertThat(service.send("PUT", path, body, token, "If-Match", before).statusCode())
                .isEqualTo(200);
        assertThat(service.send("PUT", path, body, token, "If-Match", before).statusCode())
                .isEqualTo(412);
        assertThat(service.send("DELETE", path, null, token, "If-Match", before).statusCode())
                .isEqualTo(412);
    }

    @Test
    void aSegmentIsCreatedOnceWithOneKey() {
        String token = service.token("once", Role.ADMIN);
        String body = "{\"name\":\"y\",\"conditions\":[{\"field\":\"state\",\"op\":\"exists\"}]}";
        String first = service.send("POST", "/api/segments", body, token, "Idempotency-Key", "k")
                .body();
        assertThat(service.send("POST", "/api/segments", body, token, "Idempotency-Key", "k")
                        .body())
                .isEqualTo(first);
    }

    private String californians(String tenant) throws JsonProcessingException {
        String body = service.post(
                        "/api/segments",
                        "{\"name\":\"Californians\",\"conditions\":[{\"field\":\"state\",\"op\":\"equals\",\"value\":\"ca\"}]}",
                        service.token(tenant, Role.ADMIN))
                .body();
        return EventCodec.mapper().readTree(body).get("id").textValue();
    }

    private Set<String> members(String tenant, String segment) throws JsonProcessingException {
        Set<String> members = new TreeSet<>();
        String body = service.get("/api/segments/" + segment + "/members?limit=500", service.token(tenant, Role.ADMIN))
                .body();
        EventCodec.mapper()
                .readTree(body)
                .get("items")
                .forEach(item -> members.add(item.get("contactId").textValue()));
        return members;
    }

    private void publish(String tenant, Event event) {
        service.publish(envelope(tenant, event));
    }

    private static EventEnvelope envelope(String tenant, Event event) {
        return new EventEnvelope(
                EventIds.next(),
                EventCatalog.of(event.getClass()).subject(),
                "1.0",
                "contacts-service",
                Instant.now(),
                tenant,
                "test",
                null,
                null,
                event.entity(),
                EventCodec.toData(event),
                Map.of());
    }

    private static ContactCreated created(String id, String state, long version) {
        return new ContactCreated(
                id,
                id + "@example.com",
                null,
                "web",
                Map.of("state", state),
                null,
                null,
                List.of(),
                version,
                null,
                null,
                null,
                null);
    }

    private static ContactUpdated updated(String id, String state, long version) {
        return new ContactUpdated(
                id,
                id + "@example.com",
                null,
                "web",
                Map.of("state", state),
                null,
                null,
                List.of("attributes"),
                version,
                null,
                null,
                null);
    }
}
