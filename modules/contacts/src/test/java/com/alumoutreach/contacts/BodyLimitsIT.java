package com.alumoutreach.contacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are packed, that blow up when they are unpacked, and that are nested deeper than a stack. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BodyLimitsIT {
    private static final int DEPTH = 100_000;
    private static final int MEGABYTE = 1 << 20;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private RunningService service;
    private String token;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("micronaut.server.max-request-size", 4 * MEGABYTE));
        token = service.token("tenant-a", Role.OPERATOR);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void answersArePackedForThoseWhoAcceptItAndLargeOnes() throws Exception {
        String large =
                "{\"email\":\"large@example.com\",\"attributes\":{\"text\":\"%s\"}}".formatted("x".repeat(2_000));
        service.post("/api/contacts", large, token);
        String path = "/api/contacts?email=large@example.com";
        String plain = service.get(path, token).body();

        HttpResponse<byte[]> packed = get(path);
        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(packed.headers().firstValue("Vary")).hasValue("Accept-Encoding");
        assertThat(packed.body()).hasSizeLessThan(1_000);
        try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(plain);
        }
        assertThat(get("/api/contacts?email=nobody@example.com").headers().firstValue("Content-Encoding"))
                .isEmpty();
        assertThat(service.send("GET", path, null, token).headers().firstValue("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void packedBodiesAreTaken() throws Exception {
        HttpResponse<String> contact =
                post("/api/contacts", "application/json", gzip("{\"email\":\"packed@example.com\"}"));
        assertThat(contact.statusCode()).as(contact.body()).isEqualTo(201);
        HttpResponse<String> file = post("/api/imports", "text/csv", gzip("email\npacked-file@example.com\n"));
        assertThat(file.statusCode()).as(file.body()).isEqualTo(202);
    }

    /** Larger than the buffer between network and database: it must be unpacked no faster than it is stored. */
    @Test
    void aPackedFileOfManyPartsArrivesWhole() throws Exception {
        Random random = new Random(1);
        StringBuilder csv = new StringBuilder("email,note\n");
        for (int row = 0; row < 3_000; row++) {
            csv.append("row-").append(row).append("@example.com,");
            random.ints(150, 0, 1_000).forEach(word -> csv.append(" word").append(word));
            csv.append('\n');
        }
        byte[] packed = gzip(csv.toString());
        assertThat(csv.length())
                .isBetween(2 * MEGABYTE + MEGABYTE / 2, 4 * MEGABYTE)
                .isGreaterThan(3 * packed.length);

        HttpResponse<String> answer = post("/api/imports", "text/csv", packed);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String path = answer.headers().firstValue("Location").orElseThrow();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> service.get(path, token).body().contains("\"completed\""));
        assertThat(service.get(path, token).body()).contains("\"created\":3000", "\"rejected\":0");
    }

    @Test
    void aBodyThatOnlyClaimsToBePackedIsABadRequest() throws Exception {
        HttpResponse<String> answer = post(
                "/api/contacts",
                "application/json",
                "{\"email\":\"claims@example.com\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        HttpResponse<String> cut = post(
                "/api/contacts", "application/json", Arrays.copyOf(gzip("{\"email\":\"claims@example.com\"}"), 20));
        assertThat(cut.statusCode()).as(cut.body()).isEqualTo(400);

        byte[] whole = gzip("email\ncut-file@example.com\n".repeat(1_000));
        for (byte[] file : List.of("email\n".getBytes(StandardCharsets.UTF_8), Arrays.copyOf(whole, 40))) {
            HttpResponse<String> upload = post("/api/imports", "text/csv", file);
            assertThat(upload.statusCode()).as(upload.body()).isEqualTo(400);
            assertThat(upload.body()).contains("INVALID_CONTENT_ENCODING");
        }
    }

    /** 100 MB of spaces before the JSON are 100 kB on the wire. */
    @Test
    void theLimitHoldsForWhatIsUnpacked() throws Exception {
        HttpResponse<String> json = post("/api/contacts", "application/json", bomb(" "));
        assertThat(json.statusCode()).as(json.body()).isEqualTo(413);
        assertThat(json.body()).contains("BODY_TOO_LARGE");

        HttpResponse<String> file = post("/api/imports", "text/csv", bomb("email\n"));
        assertThat(file.statusCode()).as(file.body()).isEqualTo(413);
        assertThat(service.get("/api/imports", token).body()).doesNotContain("accepted");
        assertThat(service.get("/health/readiness", null).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"email\":\"deep@example.com\",\"attributes\":{\"a\":DEEP}}",
                "{\"email\":\"deep@example.com\",\"attributes\":{\"a\":{\"b\":[1,DEEP]}}}",
                "{\"email\":\"deep@example.com\",\"unknown\":DEEP}",
                "{\"email\":\"deep@example.com\",\"tags\":DEEP}",
                "DEEP"
            })
    void deepBodiesAreRefused(String body) {
        String lists = "[".repeat(DEPTH) + "]".repeat(DEPTH);
        String objects = "{\"a\":".repeat(DEPTH) + "1" + "}".repeat(DEPTH);
        for (String deep : List.of(lists, objects, "[".repeat(DEPTH))) {
            HttpResponse<String> answer = service.post("/api/contacts", body.replace("DEEP", deep), token);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body())
                    .containsAnyOf("BODY_TOO_DEEP", "BAD_REQUEST")
                    .doesNotContain("[[[[");
        }
        assertThat(service.get("/api/contacts?email=deep@example.com", token).body())
                .contains("\"items\":[]");
    }

    @ParameterizedTest
    @ValueSource(ints = {22, 100, 490, 505, 990, 1_001})
    void noDepthIsAnErrorOfOurs(int depth) {
        String deep = "[".repeat(depth) + "]".repeat(depth);
        HttpResponse<String> answer = service.post(
                "/api/contacts", "{\"email\":\"deep@example.com\",\"attributes\":{\"a\":" + deep + "}}", token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(depth < 500 ? "INVALID_ATTRIBUTE" : "BODY_TOO_DEEP");
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(service.url() + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Accept-Encoding", "gzip")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<String> post(String path, String type, byte[] packed) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(service.url() + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", type)
                        .header("Content-Encoding", "gzip")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(packed))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }

    private static byte[] bomb(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] block = text.repeat(MEGABYTE / text.length()).getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = new GZIPOutputStream(packed)) {
            for (int megabyte = 0; megabyte < 100; megabyte++) {
                out.write(block);
            }
        }
        return packed.toByteArray();
    }
}
