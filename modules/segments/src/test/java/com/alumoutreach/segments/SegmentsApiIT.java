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
import com.alumoutreach.contracts.contact.ContactConsentGranted;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactDeleted;
import com.alumoutreach.contracts.pipeline.PipelineMessageOpened;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments as their callers see them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SegmentsApiIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CALIFORNIA =
            "{\"all\":[{\"field\":\"attributes.state\",\"op\":\"eq\",\"value\":\"CA\"}]}";
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
    void aRuleIsPreviewedCreatedAndExplained() {
        String tenant = "walk";
        publish(tenant, created("c1", "CA"));
        publish(tenant, created("c2", "NY"));
        String rule = "{\"rule\":{\"all\":[" + CALIFORNIA
                + ",{\"not\":{\"field\":\"consent.email\",\"op\":\"eq\",\"value\":\"revoked\"}},"
                + "{\"event\":\"message.opened\",\"op\":\"at_most\",\"count\":1,\"within\":{\"days\":30}}]}}";
        await().atMost(PATIENCE)
                .until(() -> json(post(tenant, "/api/segments/preview", rule))
                                .path("count")
                                .asInt()
                        == 1);
        JsonNode preview = json(post(tenant, "/api/segments/preview", rule));
        assertThat(preview.at("/sample/0/contactId").asText()).isEqualTo("c1");
        assertThat(preview.at("/sample/0/email").asText()).isEqualTo("c1@example.com");
        assertThat(preview.has("asOf") && preview.has("durationMs")).isTrue();

        String id = create(tenant, rule);
        await().atMost(PATIENCE).until(() -> members(tenant, id).equals(List.of("c1")));
        publish(tenant, opened("c1"));
        publish(tenant, new ContactConsentGranted("c1", "email", "api", null, 2L, null, null));
        await().atMost(PATIENCE)
                .until(() -> explanation(tenant, id, "c1").toString().contains("granted")
                        && explanation(tenant, id, "c1").has("changesBy"));
        JsonNode why = explanation(tenant, id, "c1");
        assertThat(why.path("member").asBoolean()).isTrue();
        assertThat(why.path("matches").asBoolean()).isTrue();
        JsonNode nodes = why.at("/explanation/nodes");
        assertThat(nodes.at("/0/nodes/0/seen/0").asText()).isEqualTo("ca");
        assertThat(nodes.at("/1/nodes/0/result").asBoolean()).isFalse();
        assertThat(nodes.at("/2/seen")).hasSize(1);
        JsonNode not = explanation(tenant, id, "c2");
        assertThat(not.path("matches").asBoolean()).isFalse();
        assertThat(not.at("/explanation/nodes/0/nodes/0/seen/0").asText()).isEqualTo("ny");

        publish(tenant, opened("c1"));
        await().atMost(PATIENCE).until(() -> members(tenant, id).isEmpty());
        assertThat(service.get("/api/segments/" + id + "/members/nobody/explanation", token(tenant))
                        .statusCode())
                .isEqualTo(404);
        JsonNode evaluated = service.events("segment.evaluated").stream()
                .filter(e -> e.tenantId().equals(tenant))
                .findFirst()
                .orElseThrow()
                .data();
        assertThat(evaluated.path("memberCount").asInt()).isEqualTo(1);
        assertThat(evaluated.path("added").asInt()).isEqualTo(1);
        assertThat(evaluated.path("evaluated").asInt()).isEqualTo(2);
        assertThat(evaluated.has("durationMs") && evaluated.path("removed").asInt() == 0)
                .isTrue();
    }

    @Test
    void bothFormsOfRulesAreAnsweredAsTrees() {
        JsonNode first = json(post(
                "forms",
                "/api/segments",
                "{\"name\":\"x\",\"match\":\"any\",\"conditions\":[{\"field\":\"state\",\"op\":\"equals\",\"value\":\"CA\"},"
                        + "{\"field\":\"x\",\"op\":\"not_has_tag\",\"value\":\"vip\"}]}"));
        assertThat(first.at("/rule/any/0/field").asText()).isEqualTo("attributes.state");
        assertThat(first.at("/rule/any/1/op").asText()).isEqualTo("neq");
        assertThat(first.at("/conditions/0/op").asText()).isEqualTo("equals");
        JsonNode second = json(post("forms", "/api/segments", "{\"name\":\"y\",\"rule\":" + CALIFORNIA + "}"));
        assertThat(second.path("rule").toString()).isEqualTo(CALIFORNIA);
        assertThat(second.path("type").asText()).isEqualTo("dynamic");
    }

    @Test
    void aListIsKeptByHandAndLosesWhoIsDeleted() {
        String tenant = "lists";
        publish(tenant, created("c1", "CA"));
        publish(tenant, created("c2", "NY"));
        await().atMost(PATIENCE)
                .until(() -> json(post(
                                        tenant,
                                        "/api/segments/preview",
                                        "{\"rule\":{\"field\":\"email\",\"op\":\"exists\"}}"))
                                .path("count")
                                .asInt()
                        == 2);
        String id = create(tenant, "{\"name\":\"list\",\"type\":\"static\"}");
        String path = "/api/segments/" + id + "/members";

        JsonNode added = json(post(tenant, path, "{\"members\":[\"c1\",\"C1@Example.com\",\"nobody@example.com\"]}"));
        assertThat(added.path("added").asInt()).isEqualTo(1);
        assertThat(added.path("already").asInt()).isEqualTo(1);
        assertThat(added.at("/unknown/0/line").asInt()).isEqualTo(3);
        JsonNode file = json(service.post(
                path, "\uFEFFEmail;Name\r\nc2@example.com;Ada\r\n\r\n'; DROP TABLE\r\n", "text/csv", token(tenant)));
        assertThat(file.path("added").asInt()).isEqualTo(1);
        assertThat(file.at("/unknown/0/line").asInt()).isEqualTo(4);
        assertThat(file.path("notFound").asInt()).isEqualTo(1);
        assertThat(members(tenant, id)).containsExactly("c1", "c2");

        assertThat(service.delete(path + "/c1", token(tenant)).statusCode()).isEqualTo(204);
        assertThat(service.delete(path + "/c1", token(tenant)).body()).contains("MEMBER_NOT_FOUND");
        publish(tenant, new ContactDeleted("c2", 2L, null, null));
        await().atMost(PATIENCE).until(() -> members(tenant, id).isEmpty());
        await().atMost(PATIENCE)
                .until(() -> service.events("segment.member.removed").stream()
                                .filter(e -> e.tenantId().equals(tenant))
                                .count()
                        == 2);
        String dynamic = create(tenant, "{\"name\":\"d\",\"rule\":" + CALIFORNIA + "}");
        assertThat(post(tenant, "/api/segments/" + dynamic + "/members", "{\"members\":[\"c1\"]}")
                        .body())
                .contains("SEGMENT_NOT_STATIC");
        assertThat(service.put("/api/segments/" + id, "{\"name\":\"d\",\"rule\":" + CALIFORNIA + "}", token(tenant))
                        .body())
                .contains("INVALID_RULE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"all\":[]}|/rule/all",
                "{\"all\":[" + "{\"any\":[{\"field\":\"nope\",\"op\":\"eq\",\"value\":1}]}]}|/rule/all/0/any/0/field",
                "{\"field\":\"email\",\"op\":\"like\",\"value\":1}|/rule/op",
                "{\"field\":\"email\",\"op\":\"gt\",\"value\":1}|/rule/op",
                "{\"field\":\"attributes.a\",\"op\":\"gt\",\"value\":1e999999999}|/rule/value",
                "{\"field\":\"attributes.a\",\"op\":\"gt\",\"value\":\"many\"}|/rule/value",
                "{\"field\":\"attributes.a\",\"op\":\"between\",\"value\":[1]}|/rule/value",
                "{\"field\":\"attributes.a\",\"op\":\"in\",\"value\":[1,{}]}|/rule/value/1",
                "{\"field\":\"attributes.a\",\"op\":\"within_last\",\"value\":30,\"unit\":\"moons\"}|/rule/unit",
                "{\"field\":\"attributes.a\",\"op\":\"within_last\",\"value\":1e18,\"unit\":\"days\"}|/rule/value",
                "{\"field\":\"consent.email\",\"op\":\"eq\",\"value\":\"maybe\"}|/rule/value",
                "{\"event\":\"message.read\",\"op\":\"never\"}|/rule/event",
                "{\"event\":\"message.opened\",\"op\":\"at_least\",\"count\":1.5}|/rule/count",
                "{\"event\":\"message.opened\",\"op\":\"never\",\"within\":{\"days\":401}}|/rule/within/days",
                "{\"not\":{\"all\":[{\"field\":\"email\",\"op\":\"exists\",\"extra/x\":1}]}}|/rule/not/all/0/extra~1x",
                "7|/rule"
            })
    void whatIsWrongIsPointedAt(String rule, String pointer) {
        for (String path : List.of("/api/segments", "/api/segments/preview")) {
            HttpResponse<String> answer = post("wrong", path, "{\"name\":\"x\",\"rule\":" + rule + "}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(json(answer).path("code").asText()).isEqualTo("INVALID_RULE");
            assertThat(json(answer).path("detail").asText()).startsWith(pointer + ": ");
        }
    }

    @ParameterizedTest
    @CsvSource({"100000,BODY_TOO_DEEP", "400,INVALID_RULE", "21,INVALID_RULE"})
    void treesTooDeepAreRefused(int depth, String code) {
        String rule = "{\"not\":".repeat(depth) + "{\"field\":\"email\",\"op\":\"exists\"}" + "}".repeat(depth);
        assertThat(post("deep", "/api/segments/preview", "{\"rule\":" + rule + "}")
                        .body())
                .contains(code);
    }

    @Test
    void treesTooWideAreRefused() {
        String leaf = "{\"field\":\"email\",\"op\":\"exists\"}";
        for (int nodes : List.of(200, 20_000)) {
            String rule = "{\"all\":[" + (leaf + ",").repeat(nodes) + leaf + "]}";
            assertThat(post("wide", "/api/segments/preview", "{\"rule\":" + rule + "}")
                            .body())
                    .contains("INVALID_RULE");
        }
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < 1_001; i++) {
            values.add(i);
        }
        assertThat(post(
                                "wide",
                                "/api/segments/preview",
                                "{\"rule\":{\"field\":\"attributes.a\",\"op\":\"in\",\"value\":" + values + "}}")
                        .body())
                .contains("INVALID_RULE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x' OR '1'='1",
                "'; DROP TABLE segments.members; --",
                "$1",
                ":tenant",
                "?",
                "a.b\\\"c",
                "%",
                "(a+)+$",
                "\\u0000",
                "\\ud800",
                "::jsonb",
                "{{7*7}}"
            })
    void hostileNamesAndValuesAreNamesAndValues(String hostile) {
        String tenant = "hostile";
        publish(tenant, created("c1", "CA"));
        for (String op : List.of("eq", "contains", "prefix", "suffix")) {
            String rule =
                    "{\"field\":\"attributes." + hostile + "\",\"op\":\"" + op + "\",\"value\":\"" + hostile + "\"}";
            JsonNode preview = json(post(tenant, "/api/segments/preview", "{\"rule\":" + rule + "}"));
            assertThat(preview.path("count").asInt(-1)).as(preview.toString()).isZero();
            create(tenant, "{\"rule\":{\"all\":[" + rule + "]}}");
            create(
                    tenant,
                    "{\"name\":\"x\",\"conditions\":[{\"field\":\"" + hostile + "\",\"op\":\"equals\",\"value\":\""
                            + hostile + "\",\"" + hostile + "\":[\"" + hostile + "\"]}]}");
        }
        JsonNode preview = json(post(
                tenant,
                "/api/segments/preview",
                "{\"rule\":{\"event\":\"message.sent\",\"op\":\"at_least\",\"count\":1,\"campaignId\":\"" + hostile
                        + "\"}}"));
        assertThat(preview.path("count").asInt(-1)).as(preview.toString()).isZero();
    }

    @Test
    void idsAndNamesThatCannotBeStoredAreNobodys() {
        String tenant = "nul";
        assertThat(post(tenant, "/api/segments", "{\"name\":\"a\\u0000\",\"type\":\"static\"}")
                        .body())
                .contains("VALIDATION_FAILED");
        String path = "/api/segments/" + create(tenant, "{\"name\":\"list\",\"type\":\"static\"}") + "/members";
        assertThat(service.get(path + "?cursor=%00", token(tenant)).body()).contains("INVALID_CURSOR");
        assertThat(service.get(path + "/%00/explanation", token(tenant)).body()).contains("CONTACT_NOT_FOUND");
        assertThat(service.delete(path + "/%00", token(tenant)).body()).contains("MEMBER_NOT_FOUND");
        assertThat(post(tenant, path, "{\"members\":[\"\\u0000\"]}").body()).contains("\"notFound\":1");
    }

    private JsonNode explanation(String tenant, String segment, String contact) {
        return json(service.get("/api/segments/" + segment + "/members/" + contact + "/explanation", token(tenant)));
    }

    private String create(String tenant, String body) {
        HttpResponse<String> answer = post(
                tenant, "/api/segments", body.startsWith("{\"rule\"") ? "{\"name\":\"x\"," + body.substring(1) : body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).get("id").textValue();
    }

    private List<String> members(String tenant, String segment) {
        List<String> members = new ArrayList<>();
        json(service.get("/api/segments/" + segment + "/members?limit=500", token(tenant)))
                .get("items")
                .forEach(item -> members.add(item.get("contactId").textValue()));
        return members;
    }

    private HttpResponse<String> post(String tenant, String path, String body) {
        return service.post(path, body, token(tenant));
    }

    private String token(String tenant) {
        return service.token(tenant, Role.ADMIN);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private void publish(String tenant, Event event) {
        service.publish(new EventEnvelope(
                EventIds.next(),
                EventCatalog.of(event.getClass()).subject(),
                "1.0",
                "test-service",
                Instant.now(),
                tenant,
                "test",
                null,
                null,
                event.entity(),
                EventCodec.toData(event),
                Map.of()));
    }

    private static PipelineMessageOpened opened(String contact) {
        return new PipelineMessageOpened(
                EventIds.next().toString(), "email", contact, null, "campaign", "spring", null, null, null, null, null);
    }

    private static ContactCreated created(String id, String state) {
        return new ContactCreated(
                id,
                id + "@example.com",
                null,
                "web",
                Map.of("state", state),
                null,
                null,
                List.of(),
                1L,
                null,
                null,
                null,
                null);
    }
}
