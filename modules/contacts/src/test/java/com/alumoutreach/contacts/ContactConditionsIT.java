package com.alumoutreach.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who changes a contact can say which version is meant, and who creates one can ask twice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContactConditionsIT {
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
    void everyAnswerWithAContactNamesItsVersion() {
        HttpResponse<String> created = service.post("/api/contacts", "{\"email\":\"tag@example.com\"}", token);
        String path = created.headers().firstValue("Location").orElseThrow();

        assertThat(tag(created)).isEqualTo("\"1\"");
        assertThat(tag(service.get(path, token))).isEqualTo("\"1\"");
        assertThat(tag(service.patch(path, "{\"firstName\":\"T\"}", token))).isEqualTo("\"2\"");
        assertThat(tag(service.put(path, "{\"email\":\"tag@example.com\"}", token)))
                .isEqualTo("\"3\"");
        assertThat(tag(service.put(path + "/tags/vip", "", token))).isEqualTo("\"4\"");
        assertThat(tag(service.delete(path + "/tags/vip", token))).isEqualTo("\"5\"");
    }

    @Test
    void aVersionThatTheCallerHasIsNotSentAgain() {
        String path = create("known@example.com");

        HttpResponse<String> known = service.send("GET", path, null, token, "If-None-Match", "\"0\", W/\"1\"");
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(tag(known)).isEqualTo("\"1\"");
        assertThat(service.send("GET", path, null, token, "If-None-Match", "*").statusCode())
                .isEqualTo(304);
        assertThat(service.send("GET", path, null, token, "If-None-Match", "\"2\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aChangeMeantForAnotherVersionIsRefused() {
        String path = create("changed@example.com");
        service.patch(path, "{\"firstName\":\"Second\"}", token);

        for (String other : List.of("\"1\"", "W/\"2\"", "2", "\"22\"", "\"1\", \"3\"", "")) {
            assertThat(List.of(
                            service.send("PATCH", path, "{\"firstName\":\"X\"}", token, "If-Match", other),
                            service.send("PUT", path, "{\"email\":\"x@example.com\"}", token, "If-Match", other),
                            service.send("PUT", path + "/tags/x", "", token, "If-Match", other),
                            service.send("DELETE", path + "/tags/x", null, token, "If-Match", other),
                            service.send("DELETE", path, null, token, "If-Match", other)))
                    .allSatisfy(answer -> {
                        assertThat(answer.statusCode()).as(other).isEqualTo(412);
                        assertThat(answer.body()).contains("PRECONDITION_FAILED");
                    });
        }
        assertThat(tag(service.get(path, token))).isEqualTo("\"2\"");

        assertThat(tag(service.send("PATCH", path, "{\"firstName\":\"Third\"}", token, "If-Match", "\"2\"")))
                .isEqualTo("\"3\"");
        assertThat(tag(service.send("PATCH", path, "{\"firstName\":\"Fourth\"}", token, "If-Match", "\"9\", \"3\"")))
                .isEqualTo("\"4\"");
        assertThat(service.send("DELETE", path, null, token, "If-Match", "*").statusCode())
                .isEqualTo(204);
    }

    @Test
    void ofTwoWritersWithOneVersionOneWins() {
        String path = create("raced@example.com");
        for (int version = 1; version <= 20; version++) {
            String seen = "\"" + version + "\"";
            String tags = path + "/tags/" + version + "-";
            assertThat(atOnce(2, n -> service.send("PUT", tags + n, "", token, "If-Match", seen)).stream()
                            .map(HttpResponse::statusCode))
                    .containsExactlyInAnyOrder(200, 412);
        }
        assertThat(json(service.get(path, token)).get("tags")).hasSize(20);
    }

    @Test
    void twentyPostsWithOneKeyCreateOneContact() {
        List<HttpResponse<String>> answers = atOnce(
                20,
                n -> service.send(
                        "POST",
                        "/api/contacts",
                        "{\"email\":\"twenty@example.com\",\"attributes\":{\"a\":[1,{\"b\":null}]}}",
                        token,
                        "Idempotency-Key",
                        "twenty"));

        assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(201);
        assertThat(answers.stream().map(HttpResponse::body).distinct()).hasSize(1);
        assertThat(answers.stream()
                        .filter(a ->
                                a.headers().firstValue("Idempotency-Replayed").isEmpty()))
                .hasSize(1);
        assertThat(json(service.get("/api/contacts?email=twenty@example.com", token))
                        .get("items"))
                .hasSize(1);
    }

    @Test
    void aFileThatIsSentAgainIsOneImport() {
        String csv = "email\nfile-1@example.com\nfile-2@example.com\n";
        HttpResponse<String> first = upload("tenant-file", csv, "text/csv");
        HttpResponse<String> second = upload("tenant-file", csv, "text/csv");
        HttpResponse<String> other = upload("tenant-file", csv + "x@example.com\n", "text/csv");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("Location"))
                .isPresent()
                .isEqualTo(first.headers().firstValue("Location"));
        assertThat(other.body()).contains("IDEMPOTENCY_KEY_REUSED");
        assertThat(imports("tenant-file")).isEqualTo(1);
    }

    @Test
    void aFormThatIsSentAgainIsOneImportWhateverItsBoundary() {
        String form = """
                --BOUNDARY\r
                Content-Disposition: form-data; name="file"; filename="c.csv"\r
                Content-Type: text/csv\r
                \r
                email\nform@example.com\r
                --BOUNDARY--\r
                """;
        HttpResponse<String> first =
                upload("tenant-form", form.replace("BOUNDARY", "abc"), "multipart/form-data; boundary=abc");
        HttpResponse<String> second =
                upload("tenant-form", form.replace("BOUNDARY", "xyz"), "multipart/form-data; boundary=xyz");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(imports("tenant-form")).isEqualTo(1);
    }

    private HttpResponse<String> upload(String tenant, String content, String type) {
        return service.post(
                "/api/contacts/imports?source=web",
                content,
                type,
                service.token(tenant, Role.OPERATOR),
                "Idempotency-Key",
                "one-file");
    }

    private int imports(String tenant) {
        return json(service.get("/api/contacts/imports", service.token(tenant, Role.ANALYST)))
                .get("items")
                .size();
    }

    private String create(String email) {
        return service.post("/api/contacts", "{\"email\":\"" + email + "\"}", token)
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    private static List<HttpResponse<String>> atOnce(
            int times, java.util.function.IntFunction<HttpResponse<String>> call) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, times)
                    .mapToObj(n -> CompletableFuture.supplyAsync(() -> call.apply(n), threads))
                    .toList();
            return answers.stream().map(CompletableFuture::join).toList();
        }
    }

    private static String tag(HttpResponse<String> answer) {
        return answer.headers().firstValue("ETag").orElseThrow(() -> new AssertionError(answer.body()));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }
}
