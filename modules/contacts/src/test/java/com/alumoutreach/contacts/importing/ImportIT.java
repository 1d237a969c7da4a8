package com.alumoutreach.contacts.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.embedded.ServerAddresses;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Files of contacts, whole and broken, and what is left when a process dies over them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
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
    void importsTheFileOf500WithAMapping() throws IOException {
        String token = service.token("tenant-500", Role.OPERATOR);
        String mapping = URLEncoder.encode("""
                {"employee_first_name":"firstName","employee_last_name":"lastName","personal_email":"email",
                 "company_phone1":"phone","company_state":"attributes.state","company_name":"attributes.company",
                 "company_web":"ignore"}""", StandardCharsets.UTF_8);
        var answer = service.post(
                "/api/contacts/imports?source=fair&tag=us&mapping=" + mapping,
                resource("/contacts-us-500.csv"),
                "text/csv",
                token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String location = answer.headers().firstValue("Location").orElseThrow();
        JsonNode done = finished(service, location, token);
        assertThat(done.get("status").textValue()).isEqualTo("completed");
        assertThat(done.get("lastRow").intValue()).isEqualTo(500);
        assertThat(done.get("processed").intValue()).isEqualTo(500);
        assertThat(done.get("created").intValue())
                .as(done + service.get(location + "/rejected", token).body())
                .isEqualTo(500);

        JsonNode james =
                json(service.get("/api/contacts?email=JButt@gmail.com", token)).at("/items/0");
        assertThat(james.get("firstName").textValue()).isEqualTo("James");
        assertThat(james.get("phone").textValue()).isEqualTo("+15046218927");
        assertThat(james.get("source").textValue()).isEqualTo("fair");
        assertThat(james.get("tags").toString()).isEqualTo("[\"us\"]");
        assertThat(james.at("/attributes/state").textValue()).isEqualTo("LA");
        assertThat(james.at("/attributes/company").textValue()).isEqualTo("Benton, John B Jr");
        assertThat(james.get("attributes").has("company_web")).isFalse();
        await().atMost(PATIENCE).until(() -> events(service, "tenant-500").size() == 500);
        assertThat(events(service, "tenant-500")).allSatisfy(e -> {
            assertThat(e.type()).isEqualTo("contact.created");
            assertThat(location).endsWith(e.data().get("importId").textValue());
        });
    }

    @Test
    void theSameFileAgainChangesNothing() throws IOException {
        String token = service.token("tenant-again", Role.OPERATOR);
        String file = resource("/contacts-us-500.csv");
        assertThat(upload(service, file, token).get("created").intValue()).isEqualTo(500);
        JsonNode again = upload(service, file, token);
        assertThat(again.get("unchanged").intValue()).isEqualTo(500);
        JsonNode tagged = upload(service, "?tag=second", file, token);
        assertThat(tagged.get("updated").intValue()).isEqualTo(500);
        await().atMost(PATIENCE).until(() -> events(service, "tenant-again").size() == 1_000);
        assertThat(events(service, "tenant-again").stream().filter(e -> e.type().equals("contact.tagged")))
                .hasSize(500);
    }

    @Test
    void badRowsAreRejectedWithTheirReasonAndStopNothing() {
        String token = service.token("tenant-bad", Role.OPERATOR);
        String file = "\uFEFFE-Mail,First name,Age\r\n"
                + "good@example.com,Good,1\r\n"
                + "nobody,Bad,2\r\n"
                + "few@example.com\r\n"
                + ",Nobody,3\r\n"
                + "\r\n"
                + "nul\0@example.com,Nul,4\r\n"
                + "large@example.com,Large," + "x".repeat(200_000) + "\r\n"
                + "\"quoted@example.com\",\"Line\nbreak, \"\"quoted\"\"\",5\r\n"
                + "GOOD@example.com,Better,6\r\n";
        var answer = service.post("/api/contacts/imports", file, "text/csv", token);
        String location = answer.headers().firstValue("Location").orElseThrow();
        JsonNode done = finished(service, location, token);
        assertThat(done.get("created").intValue()).as(done.toString()).isEqualTo(2);
        assertThat(done.get("updated").intValue()).isEqualTo(1);
        assertThat(done.get("rejected").intValue()).isEqualTo(5);
        JsonNode rejected = json(service.get(location + "/rejected?limit=3", token));
        assertThat(rejected.get("items").findValuesAsText("row")).containsExactly("2", "3", "4");
        assertThat(rejected.get("items").findValuesAsText("code"))
                .containsExactly("INVALID_EMAIL", "WRONG_COLUMN_COUNT", "NO_ADDRESS");
        JsonNode rest = json(service.get(
                location + "/rejected?cursor=" + rejected.get("nextCursor").asText(), token));
        assertThat(rest.get("items").findValuesAsText("code")).containsExactly("INVALID_TEXT", "ATTRIBUTES_TOO_LARGE");
        JsonNode good =
                json(service.get("/api/contacts?email=good@example.com", token)).at("/items/0");
        assertThat(good.get("firstName").textValue()).isEqualTo("Better");
        assertThat(good.at("/attributes/Age").textValue()).isEqualTo("6");
        JsonNode quoted = json(service.get("/api/contacts?email=quoted@example.com", token))
                .at("/items/0");
        assertThat(quoted.get("firstName").textValue()).isEqualTo("Line\nbreak, \"quoted\"");
    }

    @Test
    void aBrokenRowOfAFileInUtf8FailsAlone() throws Exception {
        String token = service.token("tenant-latin", Role.OPERATOR);
        java.io.ByteArrayOutputStream file = new java.io.ByteArrayOutputStream();
        file.writeBytes(
                "email,name\na@example.com,J\u00f6rg\nb@example.com,Zo\u00eb\n".getBytes(StandardCharsets.UTF_8));
        file.writeBytes("c@example.com,J\u00f6rg\n".getBytes(StandardCharsets.ISO_8859_1));
        JsonNode done = upload(service, file.toByteArray(), "text/csv", token);
        assertThat(done.get("created").intValue()).isEqualTo(2);
        assertThat(done.get("failed").intValue()).isEqualTo(1);
    }

    @Test
    void whatIsNoListOfContactsFailsWithAReason() throws Exception {
        String token = service.token("tenant-noise", Role.OPERATOR);
        byte[] noise = new byte[100_000];
        new java.util.Random(7).nextBytes(noise);
        assertThat(upload(service, noise, "text/csv", token).get("status").textValue())
                .isEqualTo("failed");
        assertThat(upload(service, "name,city\nAda,London\n", token)
                        .get("failure")
                        .textValue())
                .contains("No column is mapped to email or phone");
        JsonNode quote = upload(service, "email,name\n\"a@example.com,\"x\n", token);
        assertThat(quote.get("status").textValue()).isIn("completed", "failed");
    }

    @Test
    void refusesAFileThatIsEmptyAndAMappingThatIsNone() {
        String token = service.token("tenant-empty", Role.OPERATOR);
        assertThat(service.post("/api/contacts/imports", "", "text/csv", token).statusCode())
                .isEqualTo(400);
        assertThat(service.post("/api/contacts/imports?mapping=%5B%5D", "email\n", "text/csv", token)
                        .body())
                .contains("INVALID_MAPPING");
        assertThat(service.post(
                                "/api/contacts/imports?mapping=%7B%22email%22:%22shoe%22%7D",
                                "email\n", "text/csv", token)
                        .body())
                .contains("INVALID_MAPPING");
        assertThat(service.post("/api/contacts/imports?tag=%00", "email\n", "text/csv", token)
                        .statusCode())
                .isEqualTo(400);
        assertThat(service.get("/api/contacts/imports/nonsense", token).statusCode())
                .isEqualTo(404);
    }

    @Test
    void takesAFormWithAFile() {
        String token = service.token("tenant-form", Role.OPERATOR);
        String body = """
                --line\r
                Content-Disposition: form-data; name="mapping"\r
                \r
                {"who":"email"}\r
                --line\r
                Content-Disposition: form-data; name="file"; filename="contacts.csv"\r
                Content-Type: text/csv\r
                \r
                who,name
                form@example.com,Form
                \r
                --line--\r
                """;
        var answer = service.post("/api/contacts/imports", body, "multipart/form-data; boundary=line", token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JsonNode done =
                finished(service, answer.headers().firstValue("Location").orElseThrow(), token);
        assertThat(done.get("created").intValue()).isEqualTo(1);
    }

    @Test
    void anotherTenantsImportIsNotThere() {
        String token = service.token("tenant-mine", Role.OPERATOR);
        String location = service.post("/api/contacts/imports", "email\nx@example.com\n", "text/csv", token)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        String stranger = service.token("tenant-other", Role.ADMIN);
        assertThat(service.get(location, stranger).statusCode()).isEqualTo(404);
        assertThat(service.get(location + "/rejected", stranger).statusCode()).isEqualTo(404);
        assertThat(json(service.get("/api/contacts/imports", stranger)).get("items"))
                .isEmpty();
        assertThat(json(service.get("/api/contacts/imports", token)).get("items"))
                .hasSize(1);
    }

    @Test
    void aProcessThatStopsInTheMiddleIsFollowedByAnotherThatGoesOn() {
        String token = service.token("tenant-stop", Role.OPERATOR);
        try (RunningService first = RunningService.start()) {
            ServerAddresses servers = first.servers();
            String location = first.post("/api/contacts/imports", rows(20_000), "text/csv", token)
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> lastRow(first, location, token) > 0);
            first.close();
            try (RunningService second = RunningService.start(servers, Map.of());
                    RunningService third = RunningService.start(servers, Map.of())) {
                JsonNode done = finished(third, location, token);
                assertThat(done.get("created").intValue()).isEqualTo(20_000);
                await().atMost(PATIENCE)
                        .until(() -> events(second, "tenant-stop").size() >= 20_000);
                Set<String> contacts = new HashSet<>();
                events(second, "tenant-stop")
                        .forEach(e -> assertThat(
                                        contacts.add(e.data().get("contactId").textValue()))
                                .isTrue());
                assertThat(contacts).hasSize(20_000);
            }
        }
    }

    @Test
    void aChunkThatIsRolledBackIsImportedOnce() {
        String token = service.token("tenant-roll", Role.OPERATOR);
        service.asOwner("""
                CREATE FUNCTION contacts.fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  IF NEW.tenant_id = 'tenant-roll' AND NEW.email = 'r2400@example.com'
                     AND EXISTS (SELECT 1 FROM contacts.imports WHERE tenant_id = NEW.tenant_id AND failures = 0) THEN
                    RAISE EXCEPTION 'the test says no';
                  END IF;
                  RETURN NEW;
                END $$;
                CREATE TRIGGER fail_once BEFORE INSERT ON contacts.contacts
                  FOR EACH ROW EXECUTE FUNCTION contacts.fail_once()""");
        String location = service.post("/api/contacts/imports", rows(2_500), "text/csv", token)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        JsonNode other = upload(service, rows(10), service.token("tenant-neighbour", Role.OPERATOR));
        assertThat(other.get("created").intValue()).isEqualTo(10);
        assertThat(finished(service, location, token).get("created").intValue()).isEqualTo(2_500);
        await().atMost(PATIENCE).until(() -> events(service, "tenant-roll").size() >= 2_500);
        assertThat(events(service, "tenant-roll")).hasSize(2_500);
    }

    @Test
    void theFileIsForgottenWhenItIsImported() {
        upload(service, rows(5), service.token("tenant-forget", Role.OPERATOR));
        int parts = service.database()
                .inTransaction(
                        "tenant-forget",
                        tx -> tx.createQuery(
                                        "SELECT count(*) FROM contacts.import_parts WHERE tenant_id = 'tenant-forget'")
                                .mapTo(Integer.class)
                                .one());
        assertThat(parts).isZero();
    }

    private static String rows(int count) {
        StringBuilder file = new StringBuilder("email,firstName,state\n");
        for (int i = 0; i < count; i++) {
            file.append("r").append(i).append("@example.com,R,LA\n");
        }
        return file.toString();
    }

    private static long lastRow(RunningService at, String location, String token) {
        return json(at.get(location, token)).get("lastRow").longValue();
    }

    private static JsonNode upload(RunningService at, String file, String token) {
        return upload(at, "", file, token);
    }

    private static JsonNode upload(RunningService at, String query, String file, String token) {
        var answer = at.post("/api/contacts/imports" + query, file, "text/csv", token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return finished(at, answer.headers().firstValue("Location").orElseThrow(), token);
    }

    private static JsonNode upload(RunningService at, byte[] file, String type, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(at.url() + "/api/contacts/imports"))
                .header("Content-Type", type)
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofByteArray(file))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            return finished(at, answer.headers().firstValue("Location").orElseThrow(), token);
        }
    }

    private static JsonNode finished(RunningService at, String location, String token) {
        return await().atMost(PATIENCE)
                .until(
                        () -> json(at.get(location, token)),
                        found -> List.of("completed", "failed")
                                .contains(found.get("status").textValue()));
    }

    private static List<EventEnvelope> events(RunningService at, String tenant) {
        return at.events("contact.>").stream()
                .filter(e -> e.tenantId().equals(tenant) && !e.type().startsWith("contact.import."))
                .toList();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(ImportIT.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + answer.body(), e);
        }
    }
}
