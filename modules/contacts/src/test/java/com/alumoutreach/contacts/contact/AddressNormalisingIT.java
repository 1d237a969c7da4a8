package com.alumoutreach.contacts.contact;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Contacts and refusals that an older version wrote, to which an address was its letters in lower case. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AddressNormalisingIT {
    private RunningService service;
    private String token;

    @BeforeAll
    void start() {
        service = RunningService.start();
        token = service.token("tenant-a", Role.ADMIN);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void theirAddressesAreFoundInEverySpellingAndDuplicatesStayUntilTheyAreMerged() throws IOException {
        String old = create("{\"email\":\"a@xn--mller-kva.example\",\"emails\":[\"b@xn--mller-kva.example\"]}");
        String duplicate = create("{\"email\":\"later@example.com\"}");
        String first = create("{\"email\":\"dup@m\u00fcller.example\"}");
        asWrittenBefore(old, "a@xn--mller-kva.example");
        asWrittenBefore(duplicate, "dup@xn--mller-kva.example");
        service.asOwner("UPDATE contacts.contact_emails SET address = 'b@xn--mller-kva.example'");
        service.asOwner(inserting("V13_1__addresses_in_normal_form.sql"));

        AddressNormalising normalising = service.context().getBean(AddressNormalising.class);
        while (normalising.step()) {
            assertThat(waiting()).isLessThan(3);
        }

        assertThat(waiting()).isZero();
        for (String address : new String[] {"a@m\u00fcller.example", "B@M\u00dcLLER.example"}) {
            assertThat(service.get(
                                    "/api/contacts?email="
                                            + address.replace("\u00fc", "%C3%BC")
                                                    .replace("\u00dc", "%C3%9C"),
                                    token)
                            .body())
                    .as(address)
                    .contains(old, "a@xn--mller-kva.example", "b@xn--mller-kva.example");
        }
        // Two of before are one mailbox: each can still be changed and say no, until somebody merges them.
        assertThat(service.put("/api/contacts/" + duplicate + "/consents/email", "{\"state\":\"revoked\"}", token)
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> merged =
                service.post("/api/contacts/" + first + "/merge", "{\"contactId\":\"" + duplicate + "\"}", token);
        assertThat(merged.statusCode()).as(merged.body()).isEqualTo(200);
        assertThat(service.get("/api/contacts/" + first + "/consents", token).body())
                .contains("revoked");
    }

    @Test
    void theirRefusalsHoldForTheNormalForm() throws JsonProcessingException {
        // The first deletion makes the tenant's salt.
        service.delete("/api/contacts/" + create("{\"email\":\"salt@example.com\"}"), token);
        service.asOwner("INSERT INTO contacts.suppressed_addresses (tenant_id, address, channel, topic)"
                + " SELECT tenant_id, sha256(salt || convert_to('no@xn--mller-kva.example', 'UTF8')), 'email', ''"
                + " FROM contacts.address_salts");
        String again = create("{\"email\":\"no@m\u00fcller.example\"}");
        assertThat(service.get("/api/contacts/" + again + "/consents", token).body())
                .contains("revoked");
    }

    private void asWrittenBefore(String id, String email) {
        service.asOwner("UPDATE contacts.contacts SET identity = '" + email + "', email = '" + email + "' WHERE id = '"
                + id + "'");
    }

    /** The part of the migration that finds such contacts. */
    private String inserting(String migration) throws IOException {
        try (InputStream file = Objects.requireNonNull(getClass().getResourceAsStream("/db/contacts/" + migration))) {
            String sql = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return "SET search_path = contacts; " + sql.substring(sql.indexOf("INSERT INTO"));
        }
    }

    private int waiting() {
        return service.database()
                .inTransaction(
                        "tenant-a",
                        tx -> tx.createQuery("SELECT count(*) FROM contacts.addresses_to_normalise")
                                .mapTo(Integer.class)
                                .one());
    }

    private String create(String json) throws JsonProcessingException {
        HttpResponse<String> created = service.post("/api/contacts", json, token);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return EventCodec.mapper().readTree(created.body()).get("id").textValue();
    }
}
