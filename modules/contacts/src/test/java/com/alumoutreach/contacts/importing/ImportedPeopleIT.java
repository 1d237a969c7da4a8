package com.alumoutreach.contacts.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.testing.RunningService;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What holds for contacts holds for those of a file: words that were said before, types of attributes, search. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportedPeopleIT {
    private RunningService service;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("alum.http.rate-limit.enabled", false));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void whoSaidNoAndWasDeletedComesBackRevokedWhateverTheFileSays() {
        ImportClient client = new ImportClient(service, "tenant-back");
        client.upload("", "email,consent.email\nno@example.com,no\nyes@example.com,yes\n");
        for (String email : List.of("no@example.com", "yes@example.com")) {
            service.delete("/api/contacts/" + client.contact(email).get("id").textValue(), client.token());
        }
        client.upload(
                "",
                "email,firstName,consent.email\nNO@example.com,Back,yes\nyes@example.com,Back,\nno@example.com,Again,yes\n");
        assertThat(client.consents()).containsExactly("no@example.com email  revoked");
        assertThat(client.contact("no@example.com").get("firstName").textValue())
                .isEqualTo("Again");
    }

    @Test
    void aTopicIsTheSameHoweverAColumnSpellsIt() {
        ImportClient client = new ImportClient(service, "tenant-topics");
        client.upload("", "email,consent.email.news\nno@example.com,no\nyes@example.com,yes\n");
        client.upload("", "email,Consent.Email.NEWS\nno@example.com,yes\nyes@example.com,no\n");
        client.upload(
                "",
                "application/x-ndjson",
                "{\"email\":\"json@example.com\",\"consent\":{\"email.News\":\"no\",\"email.news\":\"yes\"}}"
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(client.consents())
                .containsExactly(
                        "json@example.com email news revoked",
                        "no@example.com email news revoked",
                        "yes@example.com email news revoked");
    }

    @Test
    void whoRevokedAndIsAskedToConfirmHasStillRevokedForImportsDeletionsAndMerges() {
        ImportClient client = new ImportClient(service, "tenant-asked");
        client.upload("", "email,consent.email\nasked@example.com,no\nmerged@example.com,no\ninto@example.com,yes\n");
        ask(client, "asked@example.com");
        ask(client, "merged@example.com");
        client.upload("", "email,consent.email,consent.email.news\nasked@example.com,yes,yes\n");
        assertThat(client.consents())
                .containsExactly(
                        "asked@example.com email  requested",
                        "into@example.com email  granted",
                        "merged@example.com email  requested");

        service.delete("/api/contacts/" + id(client, "asked@example.com"), client.token());
        client.upload("", "email,consent.email\nasked@example.com,yes\n");
        service.post(
                "/api/contacts/" + id(client, "into@example.com") + "/merge",
                "{\"contactId\":\"" + id(client, "merged@example.com") + "\"}",
                client.token());
        assertThat(client.consents())
                .containsExactly("asked@example.com email  revoked", "into@example.com email  revoked");
    }

    /** The migration's question to the log, asked again here. */
    @Test
    void ofARequestOfBeforeTheLogKnowsWhetherItStandsOverARefusal() throws IOException {
        ImportClient client = new ImportClient(service, "tenant-asked-before");
        client.upload("", "email,consent.email\nrefused@example.com,no\nnew@example.com,\nundone@example.com,\n");
        JsonNode granted = client.upload("", "email,consent.email\nundone@example.com,yes\n");
        client.undo(granted.get("id").textValue());
        for (String email : List.of("refused@example.com", "new@example.com", "undone@example.com")) {
            ask(client, email);
        }
        service.asOwner("UPDATE contacts.consents SET refused = false WHERE tenant_id = 'tenant-asked-before'");
        String migration = migration("V12__refusals_under_requests.sql");
        service.asOwner("SET search_path = contacts; " + migration.substring(migration.indexOf("UPDATE")));
        for (String email : List.of("refused@example.com", "new@example.com", "undone@example.com")) {
            service.delete("/api/contacts/" + id(client, email), client.token());
        }
        client.upload("", "email\nrefused@example.com\nnew@example.com\nundone@example.com\n");
        assertThat(client.consents()).containsExactly("refused@example.com email  revoked");
    }

    private static String migration(String name) throws IOException {
        try (InputStream file =
                Objects.requireNonNull(ImportedPeopleIT.class.getResourceAsStream("/db/contacts/" + name))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void ask(ImportClient client, String email) {
        String path = "/api/contacts/" + id(client, email) + "/consents/email";
        assertThat(service.put(path, "{\"state\":\"granted\",\"doubleOptIn\":true}", client.token())
                        .statusCode())
                .isEqualTo(200);
    }

    private static String id(ImportClient client, String email) {
        return client.contact(email).get("id").textValue();
    }

    @Test
    void whoGetsAnAddressOfSomebodyWhoSaidNoIsRevokedAsByTheApi() {
        ImportClient client = new ImportClient(service, "tenant-gets");
        client.upload("", "email,phone,consent.sms\na@example.com,+15046218927,no\n");
        client.upload("", "email,consent.email\nsecond@example.com,no\n");
        service.delete("/api/contacts/" + id(client, "a@example.com"), client.token());
        service.delete("/api/contacts/" + id(client, "second@example.com"), client.token());
        client.upload("", "email\nb@example.com\nc@example.com\nd@example.com\n");
        client.upload(
                "",
                "email,phone,emails,consent.sms,consent.email\nb@example.com,+15046218927,,yes,\n"
                        + "c@example.com,,second@example.com,,yes\nd@example.com,+15046218928,,yes,yes\n");
        assertThat(client.consents())
                .containsExactly(
                        "b@example.com sms  revoked",
                        "c@example.com email  revoked",
                        "d@example.com email  granted",
                        "d@example.com sms  granted");
    }

    @Test
    void oneMailboxInSeveralSpellingsIsOneContactAndItsRefusalHolds() {
        ImportClient client = new ImportClient(service, "tenant-spelt");
        client.upload(
                "",
                "email,firstName,consent.email\n\u00a0jane@example.com,Jane,no\njo\u0308rg@example.com,J,no\n"
                        + "a@xn--mller-kva.example,A,no\n");
        JsonNode again = client.upload(
                "",
                "email,lastName,consent.email\njane@example.com\u200b,Doe,yes\nj\u00f6rg@example.com,Muster,yes\n"
                        + "a@m\u00fcller.example,Miller,yes\n");
        assertThat(again.get("updated").intValue()).as(again.toString()).isEqualTo(3);
        assertThat(client.contacts()).isEqualTo(3);
        assertThat(client.consents()).hasSize(3).allMatch(state -> state.endsWith(" email  revoked"));

        service.delete("/api/contacts/" + id(client, "J\u00d6RG@example.com"), client.token());
        service.delete("/api/contacts/" + id(client, "a@xn--mller-kva.example"), client.token());
        client.upload("", "email,consent.email\njo\u0308rg@example.com,yes\na@M\u00fcller.example,yes\n");
        assertThat(client.consents()).hasSize(3).allMatch(state -> state.endsWith(" email  revoked"));
        assertThat(client.contact("a@m\u00fcller.example").get("email").textValue())
                .isEqualTo("a@M\u00fcller.example");
    }

    /** The migration runs again here, on rows as an older version wrote them. */
    @Test
    void ofTopicsThatWereKeptInTwoSpellingsTheStrictestWordStays() throws IOException {
        ImportClient client = new ImportClient(service, "tenant-spellings");
        client.upload("", "email\na@example.com\nb@example.com\n");
        service.asOwner("""
                INSERT INTO contacts.consents (tenant_id, contact_id, channel, topic, state, changed_at)
                SELECT c.tenant_id, c.id, 'email', t.topic, t.state, now() FROM contacts.contacts c
                JOIN (VALUES ('a', 'news', 'revoked'), ('a', 'News', 'granted'), ('a', 'Fairs', 'granted'),
                  ('b', 'NEWS', 'revoked'), ('b', 'news', 'requested'), ('b', 'News', 'revoked')) AS t (who, topic, state)
                  ON c.email = t.who || '@example.com' WHERE c.tenant_id = 'tenant-spellings';
                INSERT INTO contacts.suppressed_addresses (tenant_id, address, channel, topic)
                VALUES ('tenant-spellings', '\\x01', 'email', 'News'), ('tenant-spellings', '\\x01', 'email', 'news')""");
        service.asOwner(
                "SET search_path = contacts; BEGIN; " + migration("V11__topics_in_lower_case.sql") + "; COMMIT");
        assertThat(client.consents())
                .containsExactly(
                        "a@example.com email fairs granted",
                        "a@example.com email news revoked",
                        "b@example.com email news revoked");
        assertThat(client.number(
                        "SELECT count(*) FROM contacts.suppressed_addresses WHERE tenant_id = 'tenant-spellings'"))
                .isEqualTo(1);
    }

    @Test
    void whatAnUndoDeletesIsRememberedToo() {
        ImportClient client = new ImportClient(service, "tenant-undone");
        JsonNode done = client.upload("", "email\ngone@example.com\n");
        String contact = client.contact("gone@example.com").get("id").textValue();
        client.undo(done.get("id").textValue());
        assertThat(client.number("SELECT count(*) FROM contacts.former_contacts WHERE tenant_id = 'tenant-undone'"
                        + " AND contact_id = '" + contact + "' AND cardinality(addresses) = 1"))
                .isEqualTo(1);
    }

    @Test
    void everyWordOfAContactHasANewVersion() {
        ImportClient client = new ImportClient(service, "tenant-versions");
        client.upload("", "email,consent.email,consent.sms\nv@example.com,yes,no\n");
        client.upload("", "email,firstName,consent.email\nv@example.com,Changed,no\n");
        JsonNode contact = client.contact("v@example.com");
        assertThat(contact.get("version").longValue()).isEqualTo(4);
        List<String> log = service.database()
                .inTransaction(
                        "tenant-versions",
                        tx -> tx.createQuery(
                                        "SELECT event_type || ' ' || (payload->>'contactVersion') FROM contacts.system_events"
                                                + " WHERE org_id = 'tenant-versions' AND primary_entity_id = :id ORDER BY seq")
                                .bind("id", contact.get("id").textValue())
                                .mapTo(String.class)
                                .list());
        assertThat(log)
                .containsExactlyInAnyOrder(
                        "contact.created 1",
                        "contact.consent.granted 2",
                        "contact.consent.revoked 2",
                        "contact.updated 3",
                        "contact.consent.revoked 4");
    }

    @Test
    void cellsAreOfTheTypeThatTheTenantDeclared() {
        ImportClient client = new ImportClient(service, "tenant-typed");
        service.put("/api/contacts/attributes/seats", "{\"type\":\"number\"}", client.token());
        service.put("/api/contacts/attributes/active", "{\"type\":\"boolean\"}", client.token());
        JsonNode done =
                client.upload("", "email,seats,active,free\na@example.com,007,Yes,007\nb@example.com,many,no,x\n");
        assertThat(client.contact("a@example.com").get("attributes").toString())
                .isEqualTo("{\"free\":\"007\",\"seats\":7,\"active\":true}");
        assertThat(done.get("failed").intValue()).isEqualTo(1);
        assertThat(client.errors(done.get("id").textValue()).getFirst()).contains("INVALID_ATTRIBUTE");
    }

    @Test
    void importedContactsAreFoundAtOnce() {
        ImportClient client = new ImportClient(service, "tenant-found");
        client.upload("?tag=fair", "email,firstName,Company\nfound@example.com,Søren,Blue Whale\n");
        for (String query : List.of("q=whale", "q=sør", "tag=fair", "attributes.Company=blue+whale")) {
            assertThat(service.get("/api/contacts?" + query.replace("ø", "%C3%B8"), client.token())
                            .body())
                    .as(query)
                    .contains("found@example.com");
        }
    }
}
