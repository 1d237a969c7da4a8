package com.alumoutreach.analytics.outreach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events that automations outside tell, from HTTP to the log, the stream and back from ClickHouse. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutreachEventsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PATH = "/api/outreach-events";
    private static final String NDJSON = "application/x-ndjson";
    private static final String LEAD = "0198c0de-0000-7000-8000-000000000001";
    private static final String CAMPAIGN = "0198c0de-0000-7000-8000-00000000000c";

    private RunningService service;

    @BeforeAll
    void start() {
        service = AnalyticsRun.start();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void anEventThatIsToldIsOnTheStreamUnderItsIdAndTimeAndReadBackAsTold() {
        String id = UUID.randomUUID().toString();
        String told = """
                {"id":"%s","campaign_id":"%s","lead_id":"%s","event_type":"reply_received","workspace_id":"teller",
                 "event_timestamp":"2026-01-27T12:00:00.1239+02:00",
                 "metadata":{"classification":"interested","auto_reply":false,"due_at":"2026-02-01T08:00:00Z",
                  "campaign_name":"Spring","channel":"linkedin","text":"Yes, 1.10 €","deep":{"list":[1,2.50,null]}}}""".formatted(id, CAMPAIGN.toUpperCase(java.util.Locale.ROOT), LEAD);
        HttpResponse<String> answer = service.post(PATH, told, operator("teller"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(json(answer).get("event_timestamp").textValue()).isEqualTo("2026-01-27T10:00:00.123Z");
        assertThat(json(answer).get("subject").textValue()).isEqualTo("outreach.reply.received");

        HttpResponse<String> again = service.post(PATH, told, operator("teller"));
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(answer.body());
        HttpResponse<String> other = service.post(PATH, told.replace("Yes", "No"), operator("teller"));
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("EVENT_ID_CONFLICT");

        await().atMost(PATIENCE).until(() -> items("teller", "").size() == 1);
        assertThat(items("teller", "").getFirst()).isEqualTo(json(answer));
        List<EventEnvelope> events = envelopes("teller");
        assertThat(events).hasSize(1);
        EventEnvelope event = events.getFirst();
        assertThat(event.id()).hasToString(id);
        assertThat(event.type()).isEqualTo("outreach.reply.received");
        assertThat(event.timestamp()).isEqualTo("2026-01-27T10:00:00.123Z");
        assertThat(event.data().get("contactId").textValue()).isEqualTo(LEAD);
        assertThat(event.data().get("campaignId").textValue()).isEqualTo(CAMPAIGN);
        assertThat(event.data().get("campaignName").textValue()).isEqualTo("Spring");
        assertThat(event.data().get("channel").textValue()).isEqualTo("linkedin");
        assertThat(event.data().get("classification").textValue()).isEqualTo("interested");
        assertThat(event.data().get("dueAt").textValue()).isEqualTo("2026-02-01T08:00:00Z");
        assertThat(event.data().get("autoReply").booleanValue()).isFalse();
        assertThat(event.data().get("metadata").toString())
                .contains("Yes, 1.10 €")
                .contains("2.5")
                .doesNotContain("interested");
    }

    @Test
    void whatIsLeftOutIsMade() {
        HttpResponse<String> answer = service.post(PATH, "{\"event_type\":\"captcha_detected\"}", operator("sparse"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        Instant at = Instant.parse(json(answer).get("event_timestamp").textValue());
        assertThat(Duration.between(at, Instant.now())).isBetween(Duration.ofSeconds(-1), PATIENCE);
        assertThat(UUID.fromString(json(answer).get("id").textValue())).isNotNull();
        assertThat(json(answer).get("lead_id").isNull()).isTrue();
    }

    @Test
    void aRepeatedRequestWithAKeyIsAnsweredAsTheFirst() {
        String told = "{\"event_type\":\"campaign_paused\"}";
        HttpResponse<String> first =
                service.send("POST", PATH, told, operator("keyed"), "Idempotency-Key", "0123456789");
        HttpResponse<String> second =
                service.send("POST", PATH, told, operator("keyed"), "Idempotency-Key", "0123456789");
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(json(second)).isEqualTo(json(first));
        assertThat(logged("keyed")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{|INVALID_JSON",
                "[]|INVALID_JSON",
                "{\"event_type\":\"message_sent\"} {}|INVALID_JSON",
                "{\"event_type\":\"message_sent\",\"event_type\":\"message_sent\"}|INVALID_JSON",
                "{}|UNKNOWN_EVENT_TYPE",
                "{\"event_type\":\"message_lost\"}|UNKNOWN_EVENT_TYPE",
                "{\"event_type\":5}|UNKNOWN_EVENT_TYPE",
                "{\"event_type\":\"message_sent\",\"id\":\"1\"}|INVALID_ID",
                "{\"event_type\":\"message_sent\",\"id\":\"1-1-1-1-1\"}|INVALID_ID",
                "{\"event_type\":\"message_sent\",\"lead_id\":7}|INVALID_ID",
                "{\"event_type\":\"message_sent\",\"campaign_id\":\"zzzzzzzz-0000-7000-8000-000000000001\"}|INVALID_ID",
                "{\"event_type\":\"message_sent\",\"event_timestamp\":\"2026-01-27\"}|INVALID_TIMESTAMP",
                "{\"event_type\":\"message_sent\",\"event_timestamp\":\"2026-01-27T10:00:00\"}|INVALID_TIMESTAMP",
                "{\"event_type\":\"message_sent\",\"event_timestamp\":1769508000}|INVALID_TIMESTAMP",
                "{\"event_type\":\"message_sent\",\"event_timestamp\":\"1999-12-31T23:59:59Z\"}|INVALID_TIMESTAMP",
                "{\"event_type\":\"message_sent\",\"event_timestamp\":\"2190-01-01T00:00:00Z\"}|INVALID_TIMESTAMP",
                "{\"event_type\":\"message_sent\",\"metadata\":[]}|INVALID_METADATA",
                "{\"event_type\":\"message_sent\",\"metadata\":{\"channel\":5}}|INVALID_METADATA",
                "{\"event_type\":\"message_sent\",\"metadata\":{\"due_at\":\"soon\"}}|INVALID_METADATA",
                "{\"event_type\":\"message_sent\",\"metadata\":{\"auto_reply\":\"yes\"}}|INVALID_METADATA",
                "{\"event_type\":\"message_sent\",\"metadata\":{\"n\":1e999999}}|INVALID_METADATA",
                "{\"event_type\":\"message_sent\",\"metadata\":{\"n\":1e2147483648}}|INVALID_METADATA",
                "{\"event_type\":\"message_sent\",\"metadata\":{\"text\":\"\\u0000\"}}|INVALID_TEXT",
                "{\"event_type\":\"message_sent\",\"metadata\":{\"text\":\"\\ud800\"}}|INVALID_TEXT",
                "{\"event_type\":\"message_sent\",\"workspace_id\":\"somebody\"}|WORKSPACE_MISMATCH",
            })
    void refusesWhatIsNoEventAloneAndInALine(String told, String code) {
        HttpResponse<String> alone = service.post(PATH, told, operator("careless"));
        assertThat(alone.statusCode()).as(alone.body()).isEqualTo(code.equals("WORKSPACE_MISMATCH") ? 403 : 400);
        assertThat(json(alone).get("code").textValue()).isEqualTo(code);

        JsonNode report = many("careless", told);
        assertThat(report.get("accepted").longValue()).isZero();
        assertThat(report.get("failed").longValue()).isEqualTo(1);
        assertThat(report.at("/errors/0/code").textValue()).isEqualTo(code);
        assertThat(logged("careless")).isZero();
    }

    @Test
    void aBadLineDoesNotConcernTheOthers() {
        String same = line(UUID.randomUUID(), "message_sent", "2026-01-27T10:00:00Z", "{}");
        String body = String.join(
                "\n",
                same,
                "",
                "nonsense",
                "  \r",
                same.replace("{}", "{ }").replace("\"lead_id\":null,", ""),
                same.replace("message_sent", "message_failed"),
                "{\"event_type\":\"message_sent\",\"metadata\":{\"text\":\"" + "x".repeat(70_000) + "\"}}",
                "{\"event_type\":\"message_sent\",\"metadata\":{\"n\":[1e399" + ",1e399".repeat(10_000) + "]}}",
                "{\"event_type\":\"message_sent\",\"metadata\":{\"deep\":" + "[".repeat(30) + "]".repeat(30) + "}}",
                line(UUID.randomUUID(), "message_queued", "2026-01-27T10:00:00Z", "{\"text\":\"x\"}"));

        JsonNode report = many("lines", body);

        assertThat(report.toString()).startsWith("{\"accepted\":2,\"duplicates\":1,\"failed\":5,");
        List<String> errors = new ArrayList<>();
        report.get("errors")
                .forEach(error -> errors.add(
                        error.get("line").asText() + " " + error.get("code").asText()));
        assertThat(errors)
                .containsExactlyInAnyOrder(
                        "3 INVALID_JSON",
                        "6 EVENT_ID_CONFLICT",
                        "7 ROW_TOO_LARGE",
                        "8 INVALID_METADATA",
                        "9 INVALID_METADATA");
        assertThat(logged("lines")).isEqualTo(2);
    }

    @Test
    void anIdOfAnotherTenantIsTakenAndNothingElseIsSaid() {
        UUID id = UUID.randomUUID();
        String line = line(id, "message_sent", "2026-01-27T10:00:00Z", "{}");
        assertThat(many("owner", line).get("accepted").longValue()).isEqualTo(1);

        JsonNode stranger = many("stranger", line);
        assertThat(stranger.at("/errors/0/code").textValue()).isEqualTo("EVENT_ID_CONFLICT");
        assertThat(stranger.at("/errors/0/detail").textValue()).isEqualTo("This id is that of another event");
        assertThat(service.post(PATH, line, operator("stranger")).statusCode()).isEqualTo(409);
        assertThat(logged("stranger")).isZero();
        await().atMost(PATIENCE).until(() -> items("owner", "").size() == 1);
        assertThat(items("stranger", "")).isEmpty();
        assertThat(items("stranger", "?lead_id=" + LEAD)).isEmpty();
    }

    @Test
    void aFileThatBrokeOffIsSentAgainAndEveryLineIsThereOnce() throws IOException {
        List<UUID> ids = ids(9_000);
        String body = body(ids);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", URI.create(service.url()).getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + NDJSON
                            + "\r\nAuthorization: Bearer " + operator("broken") + "\r\nContent-Length: " + bytes.length
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, 0, bytes.length * 2 / 3);
            out.flush();
            await("some chunks are committed").atMost(PATIENCE).until(() -> logged("broken") >= 4_000);
        }
        long before = logged("broken");
        assertThat(before).isLessThan(9_000);

        JsonNode report = many("broken", body);

        assertThat(report.get("accepted").longValue() + report.get("duplicates").longValue())
                .isEqualTo(9_000);
        assertThat(report.get("duplicates").longValue()).isGreaterThanOrEqualTo(before);
        assertThat(logged("broken")).isEqualTo(9_000);
        assertThat(many("broken", body).get("duplicates").longValue()).isEqualTo(9_000);
        await().atMost(PATIENCE).until(() -> archived("broken") == 9_000);
    }

    @Test
    void clientsThatTellTheSameAtOnceMakeOneOfIt() throws Exception {
        List<UUID> ids = ids(5_000);
        List<Callable<JsonNode>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            List<UUID> shuffled = new ArrayList<>(ids);
            java.util.Collections.shuffle(shuffled, new java.util.Random(i));
            calls.add(() -> many("choir", body(shuffled)));
        }
        long accepted = 0;
        long duplicates = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<JsonNode> report : threads.invokeAll(calls)) {
                accepted += report.get().get("accepted").longValue();
                duplicates += report.get().get("duplicates").longValue();
            }
        }
        assertThat(accepted).isEqualTo(5_000);
        assertThat(duplicates).isEqualTo(15_000);
        assertThat(logged("choir")).isEqualTo(5_000);
    }

    @Test
    void linesWithoutAnIdAreKnownByTheKeyOfTheirRequest() {
        String body = "{\"event_type\":\"message_sent\"}\n".repeat(3);
        for (String expected : List.of("{\"accepted\":3,\"duplicates\":0", "{\"accepted\":0,\"duplicates\":3")) {
            assertThat(service.post(PATH, body, NDJSON, operator("numbered"), "Idempotency-Key", "abcdefgh")
                            .body())
                    .startsWith(expected);
        }
        assertThat(many("numbered", body).get("accepted").longValue()).isEqualTo(3);
    }

    @Test
    void aPackedFileIsTakenAndOneThatIsTooLongIsNotTakenWhole() throws Exception {
        assertThat(packed("packed", body(ids(10))).body()).startsWith("{\"accepted\":10,");

        HttpResponse<String> tooLong = packed("packed", "\n".repeat(100_000) + "{\"event_type\":\"message_sent\"}");
        assertThat(tooLong.statusCode()).isEqualTo(413);
        assertThat(tooLong.body()).contains("BODY_TOO_LARGE");
        assertThat(packed("packed", " ".repeat(64 * 1024 * 1024 + 1)).statusCode())
                .isEqualTo(413);
        assertThat(logged("packed")).isEqualTo(10);
    }

    @Test
    void ofAFileThatIsTooLongTheLinesBeforeAreKeptAndTold() {
        String body = "nonsense\n" + body(ids(10)) + "\n".repeat(99_989) + "{\"event_type\":\"message_sent\"}";

        HttpResponse<String> answer = service.post(PATH, body, NDJSON, operator("long"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
        assertThat(json(answer).get("code").textValue()).isEqualTo("BODY_TOO_LARGE");
        assertThat(json(answer).get("detail").textValue())
                .endsWith("Of the lines before that, 10 were accepted, 0 were known and 1 failed");
        assertThat(json(answer).at("/errors/0/field").textValue()).isEqualTo("line 1");
        assertThat(json(answer).at("/errors/0/message").textValue()).startsWith("INVALID_JSON");
        assertThat(logged("long")).isEqualTo(10);
    }

    @Test
    void readsTheEventsOfOurOwnServicesInTheSameModelByTypeLeadCampaignAndTime() {
        String tenant = "reader";
        String lead = "0198c0de-0000-7000-8000-0000000000aa";
        many(
                tenant,
                String.join(
                        "\n",
                        line(UUID.randomUUID(), "message_sent", "2026-01-01T10:00:00Z", "{}"),
                        line(UUID.randomUUID(), "reply_received", "2026-01-02T10:00:00Z", "{}"),
                        line(UUID.randomUUID(), "followup_sent", "2026-01-03T10:00:00Z", "{}")));
        service.publish(new EventEnvelope(
                UUID.randomUUID(),
                "pipeline.message.sent",
                "1.0",
                "test-service",
                Instant.parse("2026-01-04T10:00:00Z"),
                tenant,
                "correlation",
                null,
                null,
                null,
                EventCodec.mapper()
                        .createObjectNode()
                        .put("contactId", lead)
                        .put("campaignId", CAMPAIGN)
                        .put("channel", "email"),
                Map.of()));
        service.publish(AnalyticsRun.event("contact.created", tenant));
        await().atMost(PATIENCE).until(() -> archived(tenant) == 5);

        assertThat(types(tenant, ""))
                .containsExactly("message_sent", "followup_sent", "reply_received", "message_sent");
        JsonNode ours = items(tenant, "?lead_id=" + lead).getFirst();
        assertThat(ours.get("subject").textValue()).isEqualTo("pipeline.message.sent");
        assertThat(ours.at("/metadata/channel").textValue()).isEqualTo("email");
        assertThat(types(tenant, "?event_type=message_sent&event_type=reply_received"))
                .containsExactly("message_sent", "reply_received", "message_sent");
        assertThat(types(tenant, "?campaign_id=" + CAMPAIGN)).containsExactly("message_sent");
        assertThat(types(tenant, "?start_time=2026-01-02T10:00:00Z&end_time=2026-01-04T10:00:00Z"))
                .containsExactly("followup_sent", "reply_received");
        HttpResponse<String> fresh = service.get(PATH, analyst(tenant));
        assertThat(Instant.parse(fresh.headers().firstValue("Alum-As-Of").orElseThrow()))
                .isAfter(Instant.parse("2026-01-04T10:00:00Z"));
        assertThat(fresh.headers().firstValue("Alum-Last-Event-At")).isPresent();
        refuses("?event_type=contact_created", "UNKNOWN_EVENT_TYPE");
        refuses("?limit=1001", "INVALID_LIMIT");
        refuses("?limit=0", "INVALID_LIMIT");
        refuses("?cursor=here", "INVALID_CURSOR");
        refuses("?start_time=today", "INVALID_TIMESTAMP");
        refuses("?start_time=-999999999-01-01T00:00:00Z", "INVALID_TIMESTAMP");
        refuses("?end_time=%2B999999999-01-01T00:00:00Z", "INVALID_TIMESTAMP");
        refuses("?cursor=" + Long.MAX_VALUE + "_" + LEAD, "INVALID_CURSOR");
        assertThat(types(tenant, "?start_time=1900-01-01T00:00:00Z&end_time=2299-12-31T23:59:59Z"))
                .hasSize(4);
        refuses("?start_time=2026-01-02T10:00:00Z&end_time=2026-01-02T10:00:00Z", "INVALID_RANGE");
    }

    @Test
    void pagesGoOnWhereTheLastOneEndedAlsoAmongEventsOfOneMoment() {
        List<UUID> ids = ids(250);
        many("pages", body(ids));
        await().atMost(PATIENCE).until(() -> archived("pages") == 250);

        List<String> seen = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page = json(
                    service.get(PATH + "?limit=40" + (cursor.isEmpty() ? "" : "&cursor=" + cursor), analyst("pages")));
            page.get("items").forEach(item -> seen.add(item.get("id").textValue()));
            cursor = page.path("nextCursor").textValue();
        }

        assertThat(seen).hasSize(250);
        assertThat(new HashSet<>(seen))
                .isEqualTo(Set.copyOf(ids.stream().map(UUID::toString).toList()));
    }

    @Test
    void analystsReadAndDoNotTell() {
        assertThat(service.post(PATH, "{\"event_type\":\"message_sent\"}", analyst("roles"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(service.post(PATH, "{}", NDJSON, analyst("roles")).statusCode())
                .isEqualTo(403);
        assertThat(service.get(PATH, analyst("roles")).statusCode()).isEqualTo(200);
        assertThat(service.get(PATH, null).statusCode()).isEqualTo(401);
    }

    @Test
    void withoutClickHouseEventsAreTakenAndNotRead() {
        try (RunningService alone = RunningService.start(Map.of("clickhouse.url", "http://127.0.0.1:1"))) {
            assertThat(alone.post(PATH, "{\"event_type\":\"message_sent\"}", operator("away"))
                            .statusCode())
                    .isEqualTo(201);
            HttpResponse<String> answer = alone.get(PATH, analyst("away"));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("ANALYTICS_UNAVAILABLE");
        }
    }

    private void refuses(String query, String code) {
        HttpResponse<String> answer = service.get(PATH + query, analyst("reader"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).get("code").textValue()).isEqualTo(code);
    }

    private static List<UUID> ids(int count) {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(UUID.randomUUID());
        }
        return ids;
    }

    private static String body(List<UUID> ids) {
        StringBuilder body = new StringBuilder();
        ids.forEach(id -> body.append(line(id, "message_sent", "2026-01-27T10:00:00Z", "{\"channel\":\"email\"}"))
                .append('\n'));
        return body.toString();
    }

    private static String line(UUID id, String type, String at, String metadata) {
        return "{\"id\":\"%s\",\"lead_id\":null,\"event_type\":\"%s\",\"event_timestamp\":\"%s\",\"metadata\":%s}"
                .formatted(id, type, at, metadata);
    }

    private JsonNode many(String tenant, String body) {
        HttpResponse<String> answer = service.post(PATH, body, NDJSON, operator(tenant));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private HttpResponse<String> packed(String tenant, String body) throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(service.url() + PATH))
                            .header("Authorization", "Bearer " + operator(tenant))
                            .header("Content-Type", NDJSON)
                            .header("Content-Encoding", "gzip")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private List<JsonNode> items(String tenant, String query) {
        List<JsonNode> items = new ArrayList<>();
        HttpResponse<String> answer = service.get(PATH + query, analyst(tenant));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        json(answer).get("items").forEach(items::add);
        return items;
    }

    private List<String> types(String tenant, String query) {
        return items(tenant, query).stream()
                .map(item -> item.get("event_type").textValue())
                .toList();
    }

    private List<EventEnvelope> envelopes(String tenant) {
        return service.events("outreach.>").stream()
                .filter(event -> event.tenantId().equals(tenant))
                .toList();
    }

    private long logged(String tenant) {
        return service.database()
                .inTransaction(
                        tenant,
                        tx -> tx.createQuery("SELECT count(*) FROM analytics.system_events WHERE org_id = :tenant")
                                .bind("tenant", tenant)
                                .mapTo(Long.class)
                                .one());
    }

    private long archived(String tenant) {
        return AnalyticsRun.number(
                service, "SELECT toInt64(uniqExact(id)) AS n FROM events WHERE tenant_id = '" + tenant + "'");
    }

    private String operator(String tenant) {
        return service.token(tenant, Role.OPERATOR);
    }

    private String analyst(String tenant) {
        return service.token(tenant, Role.ANALYST);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + answer.body(), e);
        }
    }
}
