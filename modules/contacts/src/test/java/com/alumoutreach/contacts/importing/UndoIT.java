package com.alumoutreach.contacts.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Modes, dry runs, cancelling, and putting an import back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UndoIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger TENANTS = new AtomicInteger();
    private RunningService service;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("alum.http.rate-limit.enabled", false));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    private ImportClient client() {
        return new ImportClient(service, "tenant-undo-" + TENANTS.incrementAndGet());
    }

    private static String id(JsonNode done) {
        return done.get("id").textValue();
    }

    @Test
    void whatWasCreatedIsDeletedAndWhatWasChangedIsRestoredAlsoAfterLaterEdits() {
        ImportClient client = client();
        client.upload(
                "?tag=old", "email,firstName,lastName,city\nold@example.com,Old,Name,Rome\nother@example.com,O,,\n");
        JsonNode done = client.upload(
                "?tag=fair",
                "email,firstName,lastName,city,size\nold@example.com,New,Name2,Oslo,7\nnew@example.com,N,,,\nnew@example.com,N2,,,\n"
                        + "edited@example.com,E,,,\nother@example.com,P,,,\n");
        assertThat(done.get("created").intValue()).as(done.toString()).isEqualTo(2);
        assertThat(done.get("updated").intValue()).isEqualTo(3);
        // Later edits: of a field that the import wrote, of one that it did not, and of a contact that it created.
        patch(client, "old@example.com", "{\"lastName\":\"Later\",\"phone\":\"+12125550100\"}");
        patch(client, "edited@example.com", "{\"firstName\":\"Edited\"}");

        JsonNode undone = client.undo(id(done));

        assertThat(undone.at("/undo/deleted").intValue()).isEqualTo(1);
        assertThat(undone.at("/undo/restored").intValue()).isEqualTo(2);
        assertThat(undone.at("/undo/kept").intValue()).isEqualTo(1);
        JsonNode old = client.contact("old@example.com");
        assertThat(old.get("firstName").textValue()).isEqualTo("Old");
        assertThat(old.get("lastName").textValue()).isEqualTo("Later");
        assertThat(old.get("phone").textValue()).isEqualTo("+12125550100");
        assertThat(old.get("attributes").toString()).isEqualTo("{\"city\":\"Rome\"}");
        assertThat(old.get("tags").toString()).isEqualTo("[\"old\"]");
        assertThat(client.contact("new@example.com").isMissingNode()).isTrue();
        assertThat(client.contact("edited@example.com").get("firstName").textValue())
                .isEqualTo("Edited");
        JsonNode other = client.contact("other@example.com");
        assertThat(other.get("firstName").textValue()).isEqualTo("O");
        assertThat(ImportClient.json(service.get(ImportClient.PATH + "/" + id(done) + "/kept", client.token()))
                        .findValuesAsText("detail"))
                .containsExactlyInAnyOrder("It was changed after the import", "Changed after the import: lastName");
        await().atMost(PATIENCE)
                .until(() -> !client.events("contact.import.undone").isEmpty());
        assertThat(client.events("contact.import.undone").getFirst().data().toString())
                .contains("\"deleted\":1", "\"restored\":2", "\"kept\":1");
        assertThat(client.events("contact.deleted")).hasSize(1);
        assertThat(client.events("contact.import.completed")).hasSize(2);
        // Asked for again nothing happens.
        assertThat(client.undo(id(done)).at("/undo/deleted").intValue()).isEqualTo(1);
        assertThat(client.events("contact.import.undone")).hasSize(1);
    }

    @Test
    void undoOfManyChunksLeavesNothing() {
        ImportClient client = client();
        JsonNode done = client.upload("", rows(7_000));
        JsonNode undone = client.undo(id(done));
        assertThat(undone.at("/undo/deleted").intValue()).isEqualTo(7_000);
        assertThat(client.contacts()).isZero();
        await().atMost(PATIENCE).until(() -> client.events("contact.deleted").size() >= 7_000);
    }

    @Test
    void consentThatTheImportGrantedIsTakenBackAndWhatItRevokedStays() {
        ImportClient client = client();
        client.upload("", "email\nold@example.com\n");
        JsonNode done = client.upload(
                "",
                "email,consent.email,consent.sms.news\nold@example.com,yes,no\nnew@example.com,yes,\nno@example.com,no,yes\n");
        assertThat(client.consents())
                .containsExactly(
                        "new@example.com email  granted",
                        "no@example.com email  revoked",
                        "no@example.com sms news granted",
                        "old@example.com email  granted",
                        "old@example.com sms news revoked");
        client.undo(id(done));
        // Who said no stays, because the no has to be remembered.
        assertThat(client.consents())
                .containsExactly("no@example.com email  revoked", "old@example.com sms news revoked");
        assertThat(client.contacts()).isEqualTo(2);
        await().atMost(PATIENCE)
                .until(() -> client.events("contact.import.undone").size() == 1);
        List<EventEnvelope> granted = client.events("contact.consent.granted");
        assertThat(granted).hasSize(3).allSatisfy(e -> {
            assertThat(e.data().get("source").textValue()).isEqualTo("import");
            assertThat(e.data().at("/proof/importId").textValue()).isEqualTo(id(done));
            assertThat(e.data().at("/proof/row").intValue()).isBetween(1, 3);
        });
        assertThat(client.events("contact.consent.revoked"))
                .extracting(e -> e.data().path("withdrawn").asBoolean())
                .containsExactlyInAnyOrder(false, false, true, true);
    }

    @Test
    void modesSayWhatBecomesOfWhoIsThere() {
        ImportClient client = client();
        client.upload("", "email,firstName\nold@example.com,Old\n");
        String file = "email,firstName,consent.email\nold@example.com,New,no\n%s@example.com,New,\n";
        JsonNode create = client.upload("?mode=create", file.formatted("a"));
        assertThat(create.get("created").intValue()).as(create.toString()).isEqualTo(1);
        assertThat(client.errors(id(create))).singleElement().asString().startsWith("1,CONTACT_EXISTS,");
        JsonNode skip = client.upload("?mode=skip", file.formatted("b"));
        assertThat(skip.get("created").intValue()).isEqualTo(1);
        assertThat(skip.get("skipped").intValue()).isEqualTo(1);
        assertThat(skip.get("failed").intValue()).isZero();
        assertThat(client.errors(id(skip))).isEmpty();
        assertThat(client.contact("old@example.com").get("firstName").textValue())
                .isEqualTo("Old");
        JsonNode existing = client.upload("?mode=existing", file.formatted("c"));
        assertThat(existing.get("updated").intValue()).isEqualTo(1);
        assertThat(existing.get("skipped").intValue()).isEqualTo(1);
        assertThat(client.contact("old@example.com").get("firstName").textValue())
                .isEqualTo("New");
        // A no counted in the row that was skipped.
        assertThat(client.consents()).containsExactly("old@example.com email  revoked");
        assertThat(service.post(ImportClient.PATH + "?mode=replace", "email\n", "text/csv", client.token())
                        .body())
                .contains("INVALID_MODE");
    }

    @Test
    void aDryRunCountsWhatTheImportThenDoes() {
        ImportClient client = client();
        client.upload("", "email,firstName\nold@example.com,Old\nsame@example.com,S\n");
        String file = rows(4_500)
                + "old@example.com,New,\nsame@example.com,S,\nr1@example.com,Twice,\nr1@example.com,Twice,\nbad,B,\n";
        JsonNode dry = client.upload("?dryRun=true", file);
        assertThat(client.contacts()).isEqualTo(2);
        assertThat(client.contact("old@example.com").get("firstName").textValue())
                .isEqualTo("Old");
        assertThat(client.number(
                        "SELECT count(*) FROM contacts.import_rehearsals WHERE tenant_id = '" + client.tenant() + "'"))
                .isZero();
        JsonNode real = client.upload("", file);
        for (String count : List.of("rowsRead", "created", "updated", "unchanged", "skipped", "failed")) {
            assertThat(dry.get(count)).as(count).isEqualTo(real.get(count));
        }
        assertThat(real.get("created").intValue()).isEqualTo(4_500);
        assertThat(real.get("updated").intValue()).isEqualTo(2);
        assertThat(service.post(ImportClient.PATH + "/" + id(dry) + "/undo", "", client.token())
                        .body())
                .contains("NOTHING_TO_UNDO");
    }

    @Test
    void anImportIsCancelledBetweenChunksAndThenUndone() {
        ImportClient client = client();
        String id = client.begin("", "text/csv", rows(60_000).getBytes(StandardCharsets.UTF_8));
        assertThat(service.post(ImportClient.PATH + "/" + id + "/undo", "", client.token())
                        .body())
                .contains("IMPORT_RUNNING");
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> client.get(id).get("rowsRead").intValue() > 0);
        assertThat(service.post(ImportClient.PATH + "/" + id + "/cancel", "", client.token())
                        .statusCode())
                .isEqualTo(202);
        JsonNode cancelled = client.over(id);
        assertThat(cancelled.get("status").textValue()).isEqualTo("cancelled");
        assertThat(cancelled.get("created").intValue()).isLessThan(60_000).isEqualTo(client.contacts());
        assertThat(service.post(ImportClient.PATH + "/" + id + "/cancel", "", client.token())
                        .body())
                .contains("IMPORT_ENDED");
        client.undo(id);
        assertThat(client.contacts()).isZero();
        await().atMost(PATIENCE)
                .until(() -> client.events("contact.import.completed").size() == 1);
        assertThat(client.events("contact.import.completed")
                        .getFirst()
                        .data()
                        .get("status")
                        .textValue())
                .isEqualTo("cancelled");
    }

    @Test
    void progressIsSentUntilTheImportIsOver() {
        ImportClient client = client();
        String id = client.begin("", "text/csv", rows(20_000).getBytes(StandardCharsets.UTF_8));
        String events = service.get(ImportClient.PATH + "/" + id + "/events", client.token())
                .body();
        assertThat(events).contains("event: progress", "\"bytesTotal\":", "\"rowsPerSecond\":");
        assertThat(events.lines()
                        .filter(line -> line.startsWith("data:"))
                        .toList()
                        .getLast())
                .contains("\"status\":\"completed\"", "\"created\":20000", "\"etaSeconds\":null");
        assertThat(service.get(ImportClient.PATH + "/" + id + "/events", service.token("somebody", Role.ADMIN))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void whoCannotBeAsBeforeIsKeptAndTheOthersAreRestored() {
        ImportClient client = client();
        create(client, "{\"email\":\"moved@example.com\",\"phone\":\"+12125550103\"}");
        create(client, "{\"email\":\"large@example.com\",\"attributes\":{\"a\":\"" + "x".repeat(60_000) + "\"}}");
        client.upload("", "email,firstName\na@example.com,A\nb@example.com,B\n");
        JsonNode done = client.upload(
                "",
                "email,phone,firstName,a\na@example.com,+12125550101,,\nb@example.com,,New,\n"
                        + "moved@example.com,+12125550104,,\nlarge@example.com,,,y\n");
        assertThat(done.get("updated").intValue()).as(done.toString()).isEqualTo(4);
        patch(client, "a@example.com", "{\"email\":\"\"}");
        patch(client, "moved@example.com", "{\"email\":\"\"}");
        create(client, "{\"phone\":\"+12125550103\"}");
        patch(client, "large@example.com", "{\"attributes\":{\"b\":\"" + "x".repeat(60_000) + "\"}}");

        JsonNode undone = client.undo(id(done));

        assertThat(client.contact("b@example.com").get("firstName").textValue()).isEqualTo("B");
        assertThat(undone.at("/undo/restored").intValue()).isEqualTo(1);
        assertThat(undone.at("/undo/kept").intValue()).isEqualTo(3);
        assertThat(kept(client, done).findValuesAsText("code"))
                .containsExactlyInAnyOrder("NO_ADDRESS", "PHONE_TAKEN", "ATTRIBUTES_TOO_LARGE");
    }

    @Test
    void whoTookThePlaceOfAnotherIsNotDeletedWithTheImport() {
        ImportClient client = client();
        String before = create(client, "{\"phone\":\"+12125550121\"}");
        JsonNode done = client.upload("", "email,phone\na@example.com,+12125550121\n");
        merge(client, client.contact("a@example.com").get("id").textValue(), before);

        JsonNode undone = client.undo(id(done));

        assertThat(undone.at("/undo/deleted").intValue()).isZero();
        assertThat(client.contact("a@example.com").get("phone").textValue()).isEqualTo("+12125550121");
        assertThat(kept(client, done).findValuesAsText("code")).containsExactly("CHANGED_SINCE");
    }

    @Test
    void whatAnImportGrantedIsTakenBackFromWhomeverItWasMergedInto() {
        ImportClient client = client();
        client.upload("", "email\nold@example.com\n");
        String middle = create(client, "{\"email\":\"middle@example.com\"}");
        String last = create(client, "{\"email\":\"last@example.com\"}");
        service.put("/api/contacts/" + last + "/consents/sms", "{\"state\":\"granted\"}", client.token());
        JsonNode done = client.upload(
                "",
                "email,firstName,consent.email,consent.sms,consent.whatsapp\nnew@example.com,New,yes,yes,\n"
                        + "old@example.com,,,,yes\n");
        merge(client, middle, client.contact("new@example.com").get("id").textValue());
        merge(client, last, middle);
        merge(client, last, client.contact("old@example.com").get("id").textValue());
        assertThat(client.consents())
                .containsExactly(
                        "last@example.com email  granted",
                        "last@example.com sms  granted",
                        "last@example.com whatsapp  granted");

        client.undo(id(done));

        assertThat(client.consents()).containsExactly("last@example.com sms  granted");
        assertThat(client.contact("last@example.com").get("firstName").textValue())
                .isEqualTo("New");
        assertThat(kept(client, done).findValuesAsText("contactId")).containsExactly(last);
        await().atMost(PATIENCE)
                .until(() -> client.events("contact.import.undone").size() == 1);
        assertThat(client.events("contact.consent.revoked"))
                .extracting(event -> event.data().get("contactId").textValue())
                .containsExactly(last, last);
    }

    private void merge(ImportClient client, String into, String other) {
        var answer =
                service.post("/api/contacts/" + into + "/merge", "{\"contactId\":\"" + other + "\"}", client.token());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void aRowThatWouldGiveAContactTheNumberOfAnotherFailsByItself() {
        ImportClient client = client();
        create(client, "{\"phone\":\"+12125550111\",\"emails\":[\"a@example.com\"]}");
        create(client, "{\"phone\":\"+12125550112\"}");
        create(client, "{\"phone\":\"+12125550113\",\"emails\":[\"c@example.com\"]}");
        create(client, "{\"phone\":\"+12125550114\",\"emails\":[\"d@example.com\"]}");
        String file = "email,phone\na@example.com,+12125550112\nb@example.com,\n"
                + "c@example.com,+12125550115\nd@example.com,+12125550115\n";
        JsonNode dry = client.upload("?dryRun=true", file);
        JsonNode done = client.upload("", file);
        for (JsonNode counts : List.of(dry, done)) {
            assertThat(counts.get("status").textValue()).isEqualTo("completed");
            assertThat(counts.get("created").intValue()).isEqualTo(1);
            assertThat(counts.get("updated").intValue()).isEqualTo(1);
            assertThat(counts.get("failed").intValue()).isEqualTo(2);
        }
        assertThat(client.errors(id(done))).hasSize(2).allMatch(line -> line.contains("PHONE_TAKEN"));
    }

    private JsonNode kept(ImportClient client, JsonNode done) {
        return ImportClient.json(service.get(ImportClient.PATH + "/" + id(done) + "/kept", client.token()));
    }

    /** @return its id */
    private String create(ImportClient client, String json) {
        var answer = service.post("/api/contacts", json, client.token());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return ImportClient.json(answer).get("id").textValue();
    }

    private void patch(ImportClient client, String email, String change) {
        var answer =
                service.patch("/api/contacts/" + client.contact(email).get("id").textValue(), change, client.token());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String rows(int count) {
        return "email,firstName,state\n"
                + IntStream.range(0, count)
                        .mapToObj(i -> "r" + i + "@example.com,R,LA\n")
                        .collect(Collectors.joining());
    }
}
