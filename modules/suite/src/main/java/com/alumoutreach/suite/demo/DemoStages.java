package com.alumoutreach.suite.demo;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.running.Pause;
import com.alumoutreach.suite.running.SuiteException;
import com.alumoutreach.suite.terminal.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/** The stages, each a request and a look at the API until it is done. */
final class DemoStages {
    /** Each takes a second or two here; past this something is stuck. */
    private static final Duration STAGE_WITHIN = Duration.ofSeconds(90);

    private static final String CONTACTS = "/demo/contacts-us-500.csv";

    /** From the headers of that file to our fields. */
    private static final Map<String, String> MAPPING = Map.ofEntries(
            Map.entry("employee_first_name", "firstName"),
            Map.entry("employee_last_name", "lastName"),
            Map.entry("personal_email", "email"),
            Map.entry("personal_phone2", "phone"),
            Map.entry("company_name", "attributes.company"),
            Map.entry("company_address", "attributes.address"),
            Map.entry("company_city", "attributes.city"),
            Map.entry("company_county", "attributes.county"),
            Map.entry("company_state", "attributes.state"),
            Map.entry("company_zip", "attributes.zip"),
            Map.entry("company_phone1", "attributes.companyPhone"),
            Map.entry("company_web", "attributes.web"));

    private final AlumClient api;
    private final Terminal terminal;
    private final String tenant;
    private long imported;
    private String segmentId = "";
    private String templateId = "";

    DemoStages(AlumClient api, Terminal terminal, String tenant) {
        this.api = api;
        this.terminal = terminal;
        this.tenant = tenant;
    }

    /** @return how many contacts there are now */
    long importContacts() {
        String mapping =
                URLEncoder.encode(EventCodec.mapper().valueToTree(MAPPING).toString(), StandardCharsets.UTF_8);
        JsonNode accepted =
                api.post("/api/contacts/imports?source=demo&mapping=" + mapping, "text/csv", contactsFile());
        JsonNode done = await(
                "the import", "/api/contacts/imports/" + accepted.path("id").asText(), answer -> {
                    terminal.passing("row " + answer.path("lastRow").asLong());
                    return answer.path("status").asText().equals("completed") || failed(answer);
                });
        if (failed(done)) {
            throw new SuiteException(
                    "the import failed: " + done.path("failure").asText());
        }
        imported = done.path("created").asLong();
        return imported;
    }

    /** @return how many of their events ClickHouse has */
    long archiveContacts() {
        return await(
                        "ClickHouse",
                        "/api/analytics/events/counts",
                        answer -> answer.path("total").asLong() >= imported)
                .path("total")
                .asLong();
    }

    /** @return how many members it has, once segments knows every contact */
    long makeSegment() {
        ObjectNode segment =
                EventCodec.mapper().createObjectNode().put("name", "California").put("match", "all");
        segment.putArray("conditions")
                .addObject()
                .put("field", "attributes.state")
                .put("op", "equals")
                .put("value", "CA");
        segmentId = api.post("/api/segments", segment).path("id").asText();
        String path = "/api/segments/" + segmentId;
        long californians = new String(contactsFile(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(",CA,"))
                .count();
        return await(
                        "the segment",
                        path,
                        answer -> answer.path("status").asText().equals("evaluated")
                                && answer.path("memberCount").asLong() == californians)
                .path("memberCount")
                .asLong();
    }

    boolean makeTemplate() {
        ObjectNode template = EventCodec.mapper()
                .createObjectNode()
                .put("name", "Greeting")
                .put("channel", "email")
                .put("subject", "Hello {{ firstName }}, a word from " + tenant)
                .put("text", "Dear {{ firstName }} {{ lastName }},\nhow are things in {{ attributes.city }}?\n")
                .put(
                        "html",
                        "<p>Dear {{ firstName }} {{ lastName }},</p><p>how are things in {{ attributes.city }}?</p>");
        templateId = api.post("/api/templates", template).path("id").asText();
        return true;
    }

    /** @return how many contacts it was sent to */
    long sendCampaign() {
        ObjectNode campaign = EventCodec.mapper()
                .createObjectNode()
                .put("name", "Greetings to California")
                .put("segmentId", segmentId)
                .put("templateId", templateId);
        String path = "/api/campaigns/"
                + api.post("/api/campaigns", campaign).path("id").asText();
        api.post(path + "/start", EventCodec.mapper().createObjectNode());
        JsonNode done = await("the campaign", path, answer -> {
            terminal.passing(answer.path("sent").asLong() + " of "
                    + answer.path("audience").asLong() + " sent");
            return answer.path("status").asText().equals("completed");
        });
        return done.path("audience").asLong();
    }

    private JsonNode await(String what, String path, Predicate<JsonNode> done) {
        long deadline = System.nanoTime() + STAGE_WITHIN.toNanos();
        JsonNode answer = api.get(path);
        while (!done.test(answer)) {
            if (System.nanoTime() > deadline) {
                throw new SuiteException(what + " was not done within " + STAGE_WITHIN.toSeconds() + " s: " + answer);
            }
            Pause.of(Duration.ofMillis(100));
            answer = api.get(path);
        }
        return answer;
    }

    private static boolean failed(JsonNode answer) {
        return answer.path("status").asText().equals("failed");
    }

    private static byte[] contactsFile() {
        try (InputStream file = DemoStages.class.getResourceAsStream(CONTACTS)) {
            if (file == null) {
                throw new SuiteException("the suite's jar has no " + CONTACTS);
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(CONTACTS, e);
        }
    }
}
