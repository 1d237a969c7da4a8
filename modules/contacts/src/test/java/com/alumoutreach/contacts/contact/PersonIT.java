package com.alumoutreach.contacts.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A person asks what is known, and asks to be forgotten. The other services are not there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PersonIT {
    private static final String TENANT = "tenant-a";

    private RunningService service;
    private String token;

    @BeforeAll
    void start() {
        service = RunningService.start(
                Map.of("alum.contacts.export-sources", "pipeline", "alum.contacts.export-wait", "1s"));
        token = service.token(TENANT, Role.ADMIN);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void anExportSaysWhatIsKnownAndWhoDidNotAnswer() throws JsonProcessingException {
        String path = create("{\"email\":\"ex@example.com\",\"firstName\":\"=cmd()\",\"tags\":[\"vip\"]}");

        JsonNode export = EventCodec.mapper()
                .readTree(service.get(path + "/export", token).body());
        assertThat(export.path("missing").toString()).isEqualTo("[\"pipeline\"]");
        JsonNode known = export.path("services").path("contacts");
        assertThat(known.path("contacts").path(0).path("email").asText()).isEqualTo("ex@example.com");
        assertThat(known.path("events").path(0).path("type").asText()).isEqualTo("contact.created");
        assertThat(known.path("events").path(0).path("data").path("firstName").asText())
                .isEqualTo("=cmd()");

        HttpResponse<String> csv = service.get(path + "/export?format=csv", token);
        assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
        assertThat(csv.body()).contains("contacts,contacts,1,first_name,'=cmd()", "pipeline,,,missing,did not answer");
        assertThat(service.get(path + "/export?format=pdf", token).body()).contains("INVALID_FORMAT");
        assertThat(service.get(path + "/export", service.token("tenant-b", Role.ADMIN))
                        .statusCode())
                .isEqualTo(404);
        assertThat(service.get(path + "/export", service.token(TENANT, Role.ANALYST))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void erasingTakesThoseWithItThatWereMergedIntoTheContact() {
        String path = create("{\"email\":\"kept.unmistakable@example.com\"}");
        String merged = create("{\"email\":\"merged.unmistakable@example.com\"}");
        String before = create("{\"email\":\"before.unmistakable@example.com\"}");
        String other = create("{\"email\":\"bystander@example.com\"}");
        merge(before, merged);
        merge(merged, path);
        assertThat(service.send("DELETE", path + "?erase=true", null, token, "If-Match", "\"70\"")
                        .statusCode())
                .isEqualTo(412);
        assertThat(service.delete(path + "?erase=true", service.token("tenant-b", Role.ADMIN))
                        .statusCode())
                .isEqualTo(404);

        assertThat(service.delete(path + "?erase=true", token).statusCode()).isEqualTo(204);

        assertThat(service.get(path, token).statusCode()).isEqualTo(404);
        await().atMost(Duration.ofSeconds(30)).until(() -> holding("unmistakable") == 0);
        assertThat(holding("bystander")).isEqualTo(1);
        assertThat(service.get(other, token).body()).contains("bystander@example.com");
        assertThat(service.delete(path + "?erase=true", token).statusCode()).isEqualTo(404);
    }

    @Test
    void whoWasOnlyDeletedCanBeErasedLater() {
        String path = create("{\"email\":\"later.unforgotten@example.com\"}");
        assertThat(service.delete(path, token).statusCode()).isEqualTo(204);
        assertThat(holding("unforgotten")).isEqualTo(1);

        assertThat(service.delete(path + "?erase=true", token).statusCode()).isEqualTo(204);

        await().atMost(Duration.ofSeconds(30)).until(() -> holding("unforgotten") == 0);
    }

    @Test
    void anExportTellsAlsoOfThoseWhoWereMergedIntoTheContact() throws JsonProcessingException {
        String path = create("{\"email\":\"whole@example.com\"}");
        String middle = create("{\"email\":\"middle@example.com\"}");
        String first = create("{\"email\":\"first@example.com\",\"lastName\":\"Beforemerging\"}");
        assertThat(service.patch(first, "{\"lastName\":\"\"}", token).statusCode())
                .isEqualTo(200);
        merge(first, middle);
        merge(middle, path);

        JsonNode export = EventCodec.mapper()
                .readTree(service.get(path + "/export", token).body());
        assertThat(export.path("mergedContactIds")).hasSize(2);
        assertThat(export.toString()).contains("Beforemerging");
        assertThat(export.at("/services/contacts/contacts")).hasSize(1);
    }

    @Test
    void whoWasMergedIsErasedWithTheContactThatTookItsPlace() {
        String path = create("{\"email\":\"taker@example.com\"}");
        String middle = create("{\"email\":\"middle.taken@example.com\"}");
        String first = create("{\"email\":\"first.taken@example.com\"}");
        merge(first, middle);
        merge(middle, path);
        HttpResponse<String> refused = service.delete(first + "?erase=true", token);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("CONTACT_MERGED", path.substring("/api/contacts/".length()));
        assertThat(service.get(path, token).body()).contains("first.taken@example.com");

        assertThat(service.delete(path + "?erase=true", token).statusCode()).isEqualTo(204);
        await().atMost(Duration.ofSeconds(30)).until(() -> holding("taken@example.com") == 0);
        assertThat(service.delete(first + "?erase=true", token).statusCode()).isEqualTo(404);
    }

    @Test
    void cellsOfFailedRowsGoHoweverTheNumberIsWritten() {
        String path = create("{\"phone\":\"+15046218927\"}");
        String rows = "name,phone,timeZone\nJane Doe,(504) 621-8927,badzone\nJohn Roe,504.621.8928,badzone\n";
        assertThat(service.post("/api/contacts/imports", rows, "text/csv", token)
                        .statusCode())
                .isEqualTo(202);
        await().atMost(Duration.ofSeconds(30)).until(() -> failed("John Roe") == 1);
        assertThat(failed("Jane Doe")).isEqualTo(1);

        assertThat(service.delete(path + "?erase=true", token).statusCode()).isEqualTo(204);

        assertThat(failed("Jane Doe")).isZero();
        assertThat(failed("John Roe")).isEqualTo(1);
    }

    private long failed(String cell) {
        return service.database()
                .inSystemTransaction(tx -> tx.createQuery(
                                "SELECT count(*) FROM contacts.import_failures WHERE cells::text LIKE '%' || :cell || '%'")
                        .bind("cell", cell)
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void whoAsksForErasureInOtherWordsDoesNotOnlyDelete() {
        String path = create("{\"email\":\"unclear@example.com\"}");
        for (String said : List.of("1", "yes", "True", "")) {
            HttpResponse<String> refused = service.delete(path + "?erase=" + said, token);
            assertThat(refused.statusCode()).as(said).isEqualTo(400);
            assertThat(refused.body()).contains("INVALID_ERASE");
        }
        assertThat(service.get(path, token).statusCode()).isEqualTo(200);
        assertThat(service.delete(path + "?erase=false", token).statusCode()).isEqualTo(204);
    }

    private String create(String json) {
        HttpResponse<String> created = service.post("/api/contacts", json, token);
        assertThat(created.statusCode()).isEqualTo(201);
        return created.headers().firstValue("Location").orElseThrow();
    }

    private void merge(String path, String into) {
        HttpResponse<String> merged = service.post(
                into + "/merge", "{\"contactId\":\"" + path.substring("/api/contacts/".length()) + "\"}", token);
        assertThat(merged.statusCode()).as(merged.body()).isEqualTo(200);
    }

    private long holding(String value) {
        return service.database()
                .inSystemTransaction(tx -> tx.createQuery(
                                "SELECT count(*) FROM contacts.system_events WHERE payload::text LIKE '%' || :value || '%'")
                        .bind("value", value)
                        .mapTo(Long.class)
                        .one());
    }
}
