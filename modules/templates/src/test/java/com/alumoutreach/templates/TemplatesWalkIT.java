package com.alumoutreach.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A template's life over HTTP, and what the other services hear of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TemplatesWalkIT {
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
    void everyVersionOfATemplateIsAnEventWithItsWholeContent() {
        var answer = service.post("/api/templates", """
                {"name":"Welcome","subject":"Hello {{ firstName }}","html":"<p>{{ company | default: 'you' }}</p>",
                 "text":"Hello"}""", token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode created = json(answer);
        String id = created.get("id").textValue();
        assertThat(answer.headers().firstValue("Location")).hasValue("/api/templates/" + id);
        assertThat(created.get("version").longValue()).isEqualTo(1);
        assertThat(created.get("channel").textValue()).isEqualTo("email");
        assertThat(json(service.get("/api/templates/" + id, token))).isEqualTo(created);

        var changed = service.put(
                "/api/templates/" + id, "{\"name\":\"Welcome 2\",\"subject\":\"Hi\",\"text\":\"Only text\"}", token);
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        assertThat(json(changed).get("version").longValue()).isEqualTo(2);
        assertThat(json(changed).get("html").isNull()).isTrue();
        assertThat(json(service.get("/api/templates/" + id, token))).isEqualTo(json(changed));

        await().atMost(PATIENCE).until(() -> events(id).size() == 2);
        EventEnvelope first = events(id).getFirst();
        assertThat(first.type()).isEqualTo("template.created");
        assertThat(first.source()).isEqualTo("templates-service");
        assertThat(first.tenantId()).isEqualTo("tenant-a");
        assertThat(first.data().get("name").textValue()).isEqualTo("Welcome");
        assertThat(first.data().get("subject").textValue()).isEqualTo("Hello {{ firstName }}");
        assertThat(first.data().get("body").textValue()).isEqualTo("<p>{{ company | default: 'you' }}</p>");
        assertThat(first.data().get("bodyText").textValue()).isEqualTo("Hello");
        assertThat(first.data().get("templateVersion").longValue()).isEqualTo(1);
        EventEnvelope second = events(id).getLast();
        assertThat(second.type()).isEqualTo("template.updated");
        assertThat(second.data().get("bodyText").textValue()).isEqualTo("Only text");
        assertThat(second.data().has("body")).isFalse();
        assertThat(second.data().get("templateVersion").longValue()).isEqualTo(2);
    }

    @Test
    void aChangeCanSayWhichVersionItMeansAndACreationCanBeAskedForTwice() {
        String body = "{\"name\":\"Once\",\"subject\":\"Hi\",\"text\":\"Hello\"}";
        var first = service.send("POST", "/api/templates", body, token, "Idempotency-Key", "once");
        var second = service.send("POST", "/api/templates", body, token, "Idempotency-Key", "once");
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("ETag")).hasValue("\"1\"");

        String path = first.headers().firstValue("Location").orElseThrow();
        assertThat(service.send("PUT", path, body, token, "If-Match", "\"1\"").statusCode())
                .isEqualTo(200);
        assertThat(service.send("PUT", path, body, token, "If-Match", "\"1\"").body())
                .contains("PRECONDITION_FAILED");
        assertThat(service.send("GET", path, null, token, "If-None-Match", "\"2\"")
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void changesAtOnceAreVersionsOneAfterTheOther() throws Exception {
        String id = create("Busy");
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String body = "{\"name\":\"Busy\",\"subject\":\"Take " + i + "\",\"text\":\"t\"}";
            calls.add(() -> service.put("/api/templates/" + id, body, token).statusCode());
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> answer : threads.invokeAll(calls)) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
        await().atMost(PATIENCE).until(() -> events(id).size() == 13);
        assertThat(events(id))
                .extracting(e -> e.data().get("templateVersion").longValue())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 13).boxed().toList());
        assertThat(events(id).getLast().data().get("subject"))
                .isEqualTo(json(service.get("/api/templates/" + id, token)).get("subject"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|VALIDATION_FAILED",
                "{\"subject\":\"s\",\"text\":\"t\"}|VALIDATION_FAILED",
                "{\"name\":\" \",\"subject\":\"s\",\"text\":\"t\"}|VALIDATION_FAILED",
                "{\"name\":\"n\",\"text\":\"t\"}|VALIDATION_FAILED",
                "{\"name\":\"n\",\"subject\":\"s\",\"text\":\"t\",\"channel\":\"pigeon\"}|VALIDATION_FAILED",
                "{\"name\":\"n\\u0000\",\"subject\":\"s\",\"text\":\"t\"}|VALIDATION_FAILED",
                "{\"name\":\"n\",\"subject\":\"s\",\"text\":\"\\u0000\"}|VALIDATION_FAILED",
                "{\"name\":\"n\",\"subject\":\"s\",\"text\":\"\\ud800\"}|VALIDATION_FAILED",
                "{\"name\":\"n\",\"subject\":\"s\"}|INVALID_TEMPLATE",
                "{\"name\":\"n\",\"subject\":\"{{ firstName\",\"text\":\"t\"}|INVALID_TEMPLATE",
                "{\"name\":\"n\",\"subject\":\"s\",\"html\":\"{% if vip %}never closed\"}|INVALID_TEMPLATE",
                "{\"name\":\"n\",\"subject\":\"s\",\"html\":\"{% launch %}\"}|INVALID_TEMPLATE",
                "{\"name\":\"n\",\"subject\":\"s\",\"text\":\"{{ firstName ¦ shout }}\"}|INVALID_TEMPLATE",
                "{\"name\":\"n\",\"subject\":\"s\",\"text\":\"{% include '/etc/passwd' %}\"}|INVALID_TEMPLATE",
                "{\"name\":\"n\",\"subject\":\"s\",\"text\":\"{% include_relative pom.xml %}\"}|INVALID_TEMPLATE",
                "{\"name\":|BAD_REQUEST",
                "[]|BAD_REQUEST",
            })
    void refusesWhatIsNoTemplate(String body, String code) {
        String sent = body.replace('¦', '|');
        refuses(service.post("/api/templates", sent, token), code);
        refuses(service.put("/api/templates/" + create("Whole"), sent, token), code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{% if a %}", "{% if a %}x{% endif %}{{ a[a[", "{{ (", "{% for i in (1..9) %}"})
    void refusesAHostileTemplateInBoundedTime(String repeated) {
        long begin = System.nanoTime();
        refuses(post("n", repeated.repeat(60_000 / repeated.length())), "INVALID_TEMPLATE");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
    }

    @Test
    void refusesMoreThanAnEventCanCarry() {
        refuses(post("n", "x".repeat(200_001)), "VALIDATION_FAILED");
        ObjectNode large = template("n", "\u20ac".repeat(150_000)).put("html", "\u20ac".repeat(60_000));
        refuses(service.post("/api/templates", large.toString(), token), "TEMPLATE_TOO_LARGE");
        assertThat(post("n", "\u20ac".repeat(150_000)).statusCode()).isEqualTo(201);
    }

    @Test
    void keepsEveryCharacterOfATemplate() {
        String text = "Grüße 🚀 – \"quoted\" \\ \t \u0001 \u2028 {{ firstName | upcase }}\r\n";
        var created = post("Ünïcode 🎈", text);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        String id = json(created).get("id").textValue();
        assertThat(json(service.get("/api/templates/" + id, token)).get("text").textValue())
                .isEqualTo(text);
        await().atMost(PATIENCE).until(() -> events(id).size() == 1);
        assertThat(events(id).getFirst().data().get("bodyText").textValue()).isEqualTo(text);
    }

    @Test
    void anotherTenantsTemplateIsNotThere() {
        String id = create("Mine");
        String stranger = service.token("tenant-b", Role.ADMIN);
        refuses(service.get("/api/templates/" + id, stranger), 404, "TEMPLATE_NOT_FOUND");
        refuses(
                service.put("/api/templates/" + id, template("Yours", "t").toString(), stranger),
                404,
                "TEMPLATE_NOT_FOUND");
        assertThat(service.get("/api/templates", stranger).body()).doesNotContain(id);
        assertThat(json(service.get("/api/templates/" + id, token)).get("name").textValue())
                .isEqualTo("Mine");
    }

    @Test
    void whatIsNoIdIsNotThere() {
        refuses(service.get("/api/templates/nonsense", token), 404, "TEMPLATE_NOT_FOUND");
        refuses(service.get("/api/templates/" + UUID.randomUUID(), token), 404, "TEMPLATE_NOT_FOUND");
    }

    @Test
    void onlyAdminsAndOperatorsComeIn() {
        String analyst = service.token("tenant-a", Role.ANALYST);
        refuses(service.get("/api/templates", analyst), 403, "FORBIDDEN");
        refuses(service.get("/api/templates", null), 401, "UNAUTHORIZED");
    }

    @Test
    void listsGoOnWhereThePageEnded() {
        String lister = service.token("tenant-list", Role.ADMIN);
        for (int i = 0; i < 5; i++) {
            service.post("/api/templates", template("T" + i, "t").toString(), lister);
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page =
                    json(service.get("/api/templates?limit=2" + (cursor.isEmpty() ? "" : "&cursor=" + cursor), lister));
            page.get("items").forEach(item -> seen.add(item.get("name").textValue()));
            cursor = page.path("nextCursor").textValue();
        }
        assertThat(seen).containsExactly("T0", "T1", "T2", "T3", "T4");
        refuses(service.get("/api/templates?limit=0", lister), "INVALID_LIMIT");
        refuses(service.get("/api/templates?cursor=x", lister), "INVALID_CURSOR");
    }

    private String create(String name) {
        HttpResponse<String> answer = post(name, "Hello");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).get("id").textValue();
    }

    private HttpResponse<String> post(String name, String text) {
        return service.post("/api/templates", template(name, text).toString(), token);
    }

    private static ObjectNode template(String name, String text) {
        return EventCodec.mapper()
                .createObjectNode()
                .put("name", name)
                .put("subject", "Subject")
                .put("text", text);
    }

    private static void refuses(HttpResponse<String> answer, String code) {
        refuses(answer, 400, code);
    }

    private static void refuses(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json(answer).get("code").textValue()).isEqualTo(code);
        assertThat(answer.body()).hasSizeLessThan(2_000);
    }

    private List<EventEnvelope> events(String template) {
        return service.events("template.>").stream()
                .filter(e -> template.equals(e.data().path("templateId").textValue()))
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
