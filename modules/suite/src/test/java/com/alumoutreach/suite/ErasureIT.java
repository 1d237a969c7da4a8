package com.alumoutreach.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.client.Postgres;
import com.alumoutreach.suite.client.Token;
import com.alumoutreach.suite.mail.MailSink;
import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.testing.RunningSuite;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A person goes through everything that the house does, and is erased. Then nothing that a query, a client or a reader of files
 * can get at holds a value of it, and every figure is what it was.
 */
class ErasureIT {
    private static final String TENANT = "erasing";
    private static final String CSV = """
            Mail,Phone,First,Last,Animal
            zyx.unmistakable@erasure.example,(202) 555-0143,Zephyrine,Quibblesworth,violet-rhinoceros
            zyx.unmistakable@erasure.example,no-phone-of-unmistakable,Zephyrine,Quibblesworth,violet-rhinoceros
            other.person@erasure.example,(202) 555-0177,Otherine,Remainder,violet-rhinoceros
            """;
    /** In lower case, as the scans compare. {@code violet} is in the segment's rule, and of both. */
    private static final List<String> ERASED = List.of(
            "unmistakable", "2025550143", "555-0143", "zephyrine", "quibblesworth", "former-name", "turquoise-walrus");

    private static final List<String> OTHER = List.of("other.person", "2025550177", "otherine", "remainder");

    @SuppressWarnings("NullAway.Init")
    private static RunningSuite suite;

    @BeforeAll
    static void start() {
        suite = RunningSuite.start();
    }

    @AfterAll
    static void stop() {
        suite.close();
    }

    @Test
    void aPersonIsGoneEverywhereAndEveryFigureStays() throws Exception {
        String person = live();
        String other = contact("other.person@erasure.example").path("id").asText();
        JsonNode export = api().get("/api/contacts/" + person + "/export");
        assertThat(export.path("missing")).isEmpty();
        assertThat(export.path("services").properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("contacts", "segments", "campaigns", "pipeline", "analytics");
        assertThat(export.toString().toLowerCase(Locale.ROOT)).contains(ERASED);
        assertThat(export.toString()).doesNotContain("Otherine");
        for (String value : ERASED) {
            assertThat(everywhere(value)).as("places of %s before", value).isNotEmpty();
        }
        JsonNode otherBefore = api().get("/api/contacts/" + other);
        Map<String, Long> figures = figures();
        JsonNode sent = api().get("/api/analytics/messages-sent-today");

        assertThat(send("DELETE", "/api/contacts/" + person + "?erase=true", null)
                        .statusCode())
                .isEqualTo(204);
        suite.kill();
        suite.up();
        awaitErased(person);

        for (String value : ERASED) {
            assertThat(everywhere(value)).as("places of %s", value).isEmpty();
        }
        for (String value : OTHER) {
            assertThat(everywhere(value)).as("places of %s", value).hasSizeGreaterThan(3);
        }
        assertThat(api().get("/api/contacts/" + other)).isEqualTo(otherBefore);
        assertThat(api().get("/api/analytics/messages-sent-today")).isEqualTo(sent);
        Map<String, Long> expected = new TreeMap<>(figures);
        expected.put("contact.deleted", 1L);
        expected.put("segment.member.removed", 1L);
        // What a killed process had not acknowledged comes again after the ack wait of 30 s.
        waiting("the figures").untilAsserted(() -> assertThat(figures()).isEqualTo(expected));

        assertThat(send("GET", "/api/contacts/" + person + "/export", null).statusCode())
                .isEqualTo(404);
        assertThat(send("DELETE", "/api/contacts/" + person + "?erase=true", null)
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> again = send("POST", "/api/contacts", person(), "Idempotency-Key", "erase-1");
        assertThat(again.statusCode()).isEqualTo(410);
        assertThat(again.body()).contains("CONTACT_ERASED");
        assertThat(suite.alum("trace", person).out()).contains("contact.created", "archived");
        anExportAsksEveryServiceAlsoForThoseWhoWereMerged();
    }

    private static void anExportAsksEveryServiceAlsoForThoseWhoWereMerged() throws Exception {
        for (String name : List.of("survivor", "merged")) {
            assertThat(send("POST", "/api/contacts", "{\"email\":\"" + name + "@erasure.example\"}")
                            .statusCode())
                    .isEqualTo(201);
        }
        String survivor = contact("survivor@erasure.example").path("id").asText();
        String merged = contact("merged@erasure.example").path("id").asText();
        assertThat(send("POST", "/api/contacts/" + survivor + "/merge", "{\"contactId\":\"" + merged + "\"}")
                        .statusCode())
                .isEqualTo(200);
        waiting("an export of both").untilAsserted(() -> {
            JsonNode export = api().get("/api/contacts/" + survivor + "/export");
            assertThat(export.path("missing")).isEmpty();
            assertThat(export.at("/services/segments").findValuesAsText("contact_id"))
                    .contains(survivor, merged);
            assertThat(export.at("/services/analytics").toString()).contains("merged@erasure.example");
        });
    }

    /** Creation with a key, changes, an import, a tag, a segment, a campaign with its mail, a dead letter. */
    private static String live() throws Exception {
        String id = EventCodec.mapper()
                .readTree(send("POST", "/api/contacts", person(), "Idempotency-Key", "erase-1")
                        .body())
                .path("id")
                .asText();
        assertThat(send("PATCH", "/api/contacts/" + id, "{\"lastName\":\"Former-Name\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("PUT", "/api/contacts/" + id + "/tags/turquoise-walrus", "")
                        .statusCode())
                .isEqualTo(200);
        String mapping = "{\"Mail\":\"email\",\"Phone\":\"phone\",\"First\":\"firstName\",\"Last\":\"lastName\","
                + "\"Animal\":\"attributes.animal\"}";
        String started = api().post(
                        "/api/imports?mapping=" + URLEncoder.encode(mapping, StandardCharsets.UTF_8),
                        "text/csv",
                        CSV.getBytes(StandardCharsets.UTF_8))
                .path("id")
                .asText();
        waiting("the import")
                .until(() -> api().get("/api/imports/" + started)
                        .path("status")
                        .asText()
                        .equals("completed"));
        ObjectNode segment =
                EventCodec.mapper().createObjectNode().put("name", "Animals").put("match", "all");
        segment.putArray("conditions")
                .addObject()
                .put("field", "attributes.animal")
                .put("op", "equals")
                .put("value", "violet-rhinoceros");
        String segmentId = api().post("/api/segments", segment).path("id").asText();
        waiting("the segment")
                .until(() -> api().get("/api/segments/" + segmentId)
                                .path("memberCount")
                                .asLong()
                        == 2);
        String template = api().post(
                        "/api/templates",
                        EventCodec.mapper()
                                .createObjectNode()
                                .put("name", "Greeting")
                                .put("channel", "email")
                                .put("subject", "Hello {{ firstName }}")
                                .put("text", "Dear {{ firstName }} {{ lastName }}"))
                .path("id")
                .asText();
        String campaign = "/api/campaigns/"
                + api().post(
                                "/api/campaigns",
                                EventCodec.mapper()
                                        .createObjectNode()
                                        .put("name", "c")
                                        .put("segmentId", segmentId)
                                        .put("templateId", template))
                        .path("id")
                        .asText();
        api().post(campaign + "/start", EventCodec.mapper().createObjectNode());
        waiting("the campaign")
                .until(() -> api().get(campaign).path("status").asText().equals("completed"));
        assertThat(MailSink.count(suite.data(), "Zephyrine")).isEqualTo(1);
        storeDeadLetter(id);
        waiting("the archive")
                .until(() -> figures().getOrDefault("campaign.completed", 0L) == 1
                        && figures().getOrDefault("campaign.message.sent", 0L) == 2);
        return id;
    }

    private static String person() {
        return "{\"email\":\"zyx.unmistakable@erasure.example\",\"phone\":\"+12025550143\",\"firstName\":\"Zephyrine\"}";
    }

    /** As a consumer would that gave up on an event of the person. */
    private static void storeDeadLetter(String contact) throws Exception {
        ObjectNode letter = EventCodec.mapper().createObjectNode();
        letter.putObject("originalEvent")
                .put("id", "019a2f3e-0000-7000-8000-000000000001")
                .put("type", "contact.updated")
                .put("tenantId", TENANT)
                .put("note", "zyx.unmistakable")
                .putObject("data")
                .put("contactId", contact)
                .put("email", "zyx.unmistakable@erasure.example");
        letter.putObject("error").put("code", "PROCESSING_ERROR").put("message", "Cannot greet Zephyrine");
        try (Connection nats = nats()) {
            nats.jetStream()
                    .publish(
                            "dlq.contact.updated",
                            new Headers().put("Alum-Durable", "SEGMENTS_CONTACT_CONSUMER"),
                            letter.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void awaitErased(String person) {
        try (Postgres postgres = suite.postgres()) {
            for (String schema :
                    List.of("contacts", "segments", "campaigns", "pipeline", "analytics", "templates", "senders")) {
                waiting(schema + " has erased it")
                        .until(() -> postgres.number(
                                                "SELECT count(*) FROM " + schema
                                                        + ".erasures WHERE contact_id = ? AND sweeps > 0",
                                                person)
                                        == 1
                                && postgres.number("SELECT count(*) FROM " + schema
                                                + ".erased_events WHERE replaced_at IS NULL")
                                        == 0);
            }
        }
        waiting("the member's removal in ClickHouse").until(() -> figures().containsKey("segment.member.removed"));
    }

    private static Map<String, Long> figures() {
        Map<String, Long> counts = new TreeMap<>();
        api().get("/api/analytics/events/counts")
                .path("counts")
                .forEach(count -> counts.put(
                        count.path("type").asText(), count.path("count").asLong()));
        return counts;
    }

    /** Where the value is, in lower or upper case: columns, messages and files. */
    private static List<String> everywhere(String value) throws Exception {
        List<String> places = new ArrayList<>();
        inPostgres(value, places);
        inClickHouse(value, places);
        inStreams(value, places);
        try (Stream<Path> files = Files.walk(suite.data().logs())) {
            files.filter(Files::isRegularFile)
                    .filter(file -> holds(file, value))
                    .forEach(file -> places.add(file.toString()));
        }
        return places;
    }

    private static void inPostgres(String value, List<String> places) {
        try (Postgres postgres = suite.postgres()) {
            String tables = postgres.text("""
                    SELECT string_agg(c.oid::regclass::text, ' ') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
                      AND n.nspname NOT IN ('pg_catalog', 'information_schema')""");
            for (String table : String.valueOf(tables).split(" ")) {
                String bytes = postgres.text(
                        "SELECT coalesce(string_agg(format(' || coalesce(encode(%I, ''escape''), '''')', attname), ''), '')"
                                + " FROM pg_attribute WHERE attrelid = ?::regclass AND atttypid = 'bytea'::regtype"
                                + " AND NOT attisdropped",
                        table);
                if (postgres.number(
                                "SELECT count(*) FROM " + table + " t WHERE position(? IN lower(t::text" + bytes
                                        + ")) > 0",
                                value)
                        > 0) {
                    places.add(table);
                }
            }
        }
    }

    private static void inClickHouse(String value, List<String> places) {
        String columns = suite.clickHouse().text("""
                SELECT table || '.' || name FROM system.columns
                WHERE database = currentDatabase() AND type LIKE '%String%'""", Map.of());
        assertThat(columns).contains("events.data");
        for (String column : columns.split("\n")) {
            String[] names = column.split("\\.");
            if (suite.clickHouse()
                            .number(
                                    "SELECT count() FROM " + names[0] + " WHERE position(lower(" + names[1]
                                            + "), {value:String}) > 0",
                                    Map.of("value", value))
                    > 0) {
                places.add("ClickHouse " + column);
            }
        }
    }

    private static void inStreams(String value, List<String> places) throws Exception {
        try (Connection nats = nats()) {
            JetStreamManagement management = nats.jetStreamManagement();
            for (String stream : management.getStreamNames()) {
                for (MessageInfo message = next(management, stream, 1);
                        message != null;
                        message = next(management, stream, message.getSeq() + 1)) {
                    String text = message.getSubject()
                            + message.getHeaders()
                            + (message.getData() == null ? "" : new String(message.getData(), StandardCharsets.UTF_8));
                    if (text.toLowerCase(Locale.ROOT).contains(value)) {
                        places.add(stream + " " + message.getSubject() + " " + message.getSeq());
                    }
                }
            }
        }
    }

    @Nullable
    private static MessageInfo next(JetStreamManagement management, String stream, long from) throws IOException {
        try {
            return management.getNextMessage(stream, from, ">");
        } catch (JetStreamApiException e) {
            return null;
        }
    }

    private static boolean holds(Path file, String value) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .toLowerCase(Locale.ROOT)
                    .contains(value);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Connection nats() throws Exception {
        return Nats.connect(suite.env().get(RunEnv.NATS_URL));
    }

    private static JsonNode contact(String email) {
        return api().get("/api/contacts?email=" + email).path("items").path(0);
    }

    private static AlumClient api() {
        return suite.api(TENANT);
    }

    private static ConditionFactory waiting(String what) {
        return Awaitility.await(what).atMost(Duration.ofSeconds(60)).ignoreExceptions();
    }

    private static HttpResponse<String> send(String method, String path, @Nullable String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(suite.env().get(RunEnv.ALUM_URL) + path))
                .header("Authorization", "Bearer " + Token.issue(suite.data(), TENANT, "admin", Duration.ofHours(1)))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
