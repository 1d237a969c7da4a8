package com.alumoutreach.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Finding contacts, what makes two contacts one, and the types of attributes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContactSearchIT {
    private RunningService service;
    private String token;
    private String other;

    @BeforeAll
    void start() {
        service = RunningService.start();
        token = service.token("tenant-a", Role.OPERATOR);
        other = service.token("tenant-b", Role.OPERATOR);
        create(
                "{\"email\":\"jose.garcia@acme-corp.com\",\"firstName\":\"José\",\"lastName\":\"García\",\"phone\":\"+15046218927\","
                        + "\"source\":\"web\",\"tags\":[\"VIP\",\"x\"],\"attributes\":{\"company\":\"Acme & Söhne\",\"state\":\"CA\",\"seats\":3}}");
        create(
                "{\"email\":\"anna@example.org\",\"firstName\":\"Anna\",\"lastName\":\"O'Hara\",\"source\":\"fair\","
                        + "\"timeZone\":\"Europe/Berlin\",\"locale\":\"de_ch\",\"attributes\":{\"state\":\"NY\",\"langs\":[\"de\",\"fr\"]}}");
        create(
                "{\"email\":\"annabel@example.org\",\"emails\":[\"bel@home.example\"],\"firstName\":\"Annabel\",\"tags\":[\"vip\"]}");
        service.post(
                "/api/contacts", "{\"email\":\"anna@example.org\",\"firstName\":\"Anna\",\"tags\":[\"vip\"]}", other);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "q=anna | anna@example.org annabel@example.org",
                "q=ANNA o'hara | anna@example.org",
                "q=jose garcia | jose.garcia@acme-corp.com",
                "q=García | jose.garcia@acme-corp.com",
                "q=acme | jose.garcia@acme-corp.com",
                "q=sohne | jose.garcia@acme-corp.com",
                "q=+1504621 | jose.garcia@acme-corp.com",
                "q=home.example | annabel@example.org",
                "q=jose.garcia@acme-corp.com | jose.garcia@acme-corp.com",
                "q=nobody | ",
                "q=!!! | ",
                "q=anna' & ':* | anna@example.org annabel@example.org",
                "q=\\ | ",
                "tag=vip | jose.garcia@acme-corp.com annabel@example.org",
                "tag=vip&tag=X | jose.garcia@acme-corp.com",
                "tag=vip&q=anna | annabel@example.org",
                "source=WEB | jose.garcia@acme-corp.com",
                "domain=example.org | anna@example.org annabel@example.org",
                "attributes.state=ca | jose.garcia@acme-corp.com",
                "attributes.seats=3 | jose.garcia@acme-corp.com",
                "attributes.langs=fr | anna@example.org",
                "attributes.state=' OR true -- | ",
                "timeZone=Europe/Berlin | anna@example.org",
                "locale=de-CH | anna@example.org",
                "createdAfter=2020-01-01&source=fair | anna@example.org",
                "createdBefore=2020-01-01 | ",
                "createdAfter=2999-01-01T00:00:00Z | ",
                "email=BEL@home.example | annabel@example.org"
            })
    void contactsAreFound(String query, String expected) {
        List<String> found = emails(query, token);
        assertThat(found).containsExactlyElementsOf(expected == null ? List.of() : List.of(expected.split(" ")));
        List<String> newestFirst = emails(query + "&sort=-createdAt", token);
        Collections.reverse(newestFirst);
        assertThat(newestFirst).isEqualTo(found);
        assertThat(emails(query + "&tag=vip", other)).isSubsetOf("anna@example.org");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "colour=red",
                "attributes.=1",
                "createdAfter=yesterday",
                "createdAfter=%2B1000000000-01-01T00:00:00Z",
                "createdBefore=%2B10890-01-01T00:00:00Z",
                "createdBefore=1899-12-31",
                "sort=name"
            })
    void aFilterThatDoesNotExistIsRefused(String query) {
        assertThat(service.get("/api/contacts?" + query, token).body()).contains("INVALID_FILTER");
    }

    @Test
    void pagesOfASearchHoldEachContactOnce() {
        String tenant = service.token("tenant-pages", Role.OPERATOR);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            service.post("/api/contacts", "{\"email\":\"p%02d@pages.example\",\"tags\":[\"p\"]}".formatted(i), tenant);
            all.add("p%02d@pages.example".formatted(i));
        }
        for (String order : List.of("createdAt", "-createdAt")) {
            for (String query : List.of("q=pages", "tag=p", "createdAfter=2020-01-01")) {
                List<String> read = new ArrayList<>();
                String cursor = "";
                while (cursor != null) {
                    JsonNode page = json(service.get(
                            "/api/contacts?limit=4&sort=" + order + "&" + query
                                    + (cursor.isEmpty() ? "" : "&cursor=" + cursor),
                            tenant));
                    page.get("items").forEach(c -> read.add(c.get("email").textValue()));
                    cursor = page.path("nextCursor").textValue();
                }
                if (order.startsWith("-")) {
                    Collections.reverse(read);
                }
                assertThat(read).isEqualTo(all);
            }
        }
    }

    @Test
    void anAddressIsOneContactsWhetherFirstOrFurther() {
        String one =
                create("{\"email\":\"first@two.example\",\"emails\":[\"Second@two.example\",\"FIRST@two.example\"]}");
        assertThat(json(service.get("/api/contacts/" + one, token))
                        .get("emails")
                        .toString())
                .isEqualTo("[\"Second@two.example\"]");
        assertThat(service.post("/api/contacts", "{\"email\":\"second@TWO.example\"}", token)
                        .body())
                .contains("CONTACT_EXISTS");
        String two = create("{\"email\":\"third@two.example\"}");
        assertThat(service.patch("/api/contacts/" + two, "{\"emails\":[\"first@two.example\"]}", token)
                        .body())
                .contains("CONTACT_EXISTS");
        assertThat(service.patch("/api/contacts/" + two, "{\"email\":\"second@two.example\"}", token)
                        .body())
                .contains("CONTACT_EXISTS");
        service.patch("/api/contacts/" + one, "{\"emails\":[]}", token);
        assertThat(service.patch("/api/contacts/" + two, "{\"email\":\"second@two.example\"}", token)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void ofTwoContactsThatAreMergedOneIsLeftWithWhatBothHad() {
        String one = create(
                "{\"email\":\"m1@merge.example\",\"firstName\":\"Kept\",\"tags\":[\"a\"],\"attributes\":{\"x\":1}}");
        String two = create(
                "{\"email\":\"m2@merge.example\",\"firstName\":\"Lost\",\"lastName\":\"Taken\",\"phone\":\"+15046218000\",\"tags\":[\"b\"],"
                        + "\"attributes\":{\"x\":2,\"y\":3}}");
        service.put("/api/contacts/" + one + "/consents/email", "{\"state\":\"granted\"}", token);
        service.put("/api/contacts/" + two + "/consents/email", "{\"state\":\"revoked\"}", token);
        service.put("/api/contacts/" + two + "/consents/sms", "{\"state\":\"granted\"}", token);

        HttpResponse<String> answer =
                service.post("/api/contacts/" + one + "/merge", "{\"contactId\":\"" + two + "\"}", token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode merged = json(answer);
        assertThat(merged.get("firstName").textValue()).isEqualTo("Kept");
        assertThat(merged.get("lastName").textValue()).isEqualTo("Taken");
        assertThat(merged.get("phone").textValue()).isEqualTo("+15046218000");
        assertThat(merged.get("emails").toString()).isEqualTo("[\"m2@merge.example\"]");
        assertThat(merged.get("tags").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(merged.get("attributes").toString()).isEqualTo("{\"x\":1,\"y\":3}");
        assertThat(json(service.get("/api/contacts/" + one, token))).isEqualTo(merged);
        assertThat(service.get("/api/contacts/" + two, token).statusCode()).isEqualTo(404);
        assertThat(emails("email=m2@merge.example", token)).containsExactly("m1@merge.example");
        String consents =
                service.get("/api/contacts/" + one + "/consents", token).body();
        assertThat(consents).contains("\"state\":\"revoked\"", "\"channel\":\"sms\"");
        assertThat(json(service.get("/api/contacts/" + one + "/consents", token))
                        .at("/items/0/state")
                        .textValue())
                .isEqualTo("revoked");
        assertThat(types(two)).endsWith("contact.deleted " + one);
        assertThat(versions(one)).isSorted();
    }

    @Test
    void aMergeOfWhatIsNotThereIsRefused() {
        String one = create("{\"email\":\"n1@merge.example\"}");
        String elsewhere = json(service.post("/api/contacts", "{\"email\":\"n2@merge.example\"}", other))
                .get("id")
                .textValue();
        assertThat(service.post("/api/contacts/" + one + "/merge", "{\"contactId\":\"" + one + "\"}", token)
                        .body())
                .contains("MERGE_WITH_ITSELF");
        assertThat(service.post("/api/contacts/" + one + "/merge", "{\"contactId\":\"" + elsewhere + "\"}", token)
                        .statusCode())
                .isEqualTo(404);
        assertThat(service.get("/api/contacts/" + elsewhere, other).statusCode())
                .isEqualTo(200);
    }

    @Test
    void anAttributeWithATypeTakesWhatSaysTheSameAndNothingElse() {
        String tenant = service.token("tenant-types", Role.OPERATOR);
        for (String type : List.of("number", "boolean", "date", "list", "text")) {
            assertThat(service.put("/api/contacts/attributes/a-" + type, "{\"type\":\"" + type + "\"}", tenant)
                            .statusCode())
                    .isEqualTo(200);
        }
        JsonNode attributes = json(service.post(
                        "/api/contacts",
                        "{\"email\":\"typed@example.com\",\"attributes\":{\"a-number\":\" 42.50 \",\"a-boolean\":\"Yes\",\"a-date\":"
                                + "\"2026-11-21T10:00:00+02:00\",\"a-list\":\"a, b;c\",\"a-text\":7,\"free\":\"42\"}}",
                        tenant))
                .get("attributes");
        assertThat(attributes.toString())
                .isEqualTo("{\"a-boolean\":true,\"a-date\":\"2026-11-21T08:00:00Z\",\"a-list\":[\"a\",\"b\",\"c\"],"
                        + "\"a-number\":42.5,\"a-text\":\"7\",\"free\":\"42\"}");
        for (String wrong : List.of(
                "\"a-number\":\"many\"",
                "\"a-number\":\"1e9\"",
                "\"a-boolean\":\"perhaps\"",
                "\"a-date\":\"21.11.2026\"",
                "\"a-text\":[1]")) {
            assertThat(service.post(
                                    "/api/contacts",
                                    "{\"email\":\"wrong@example.com\",\"attributes\":{" + wrong + "}}",
                                    tenant)
                            .body())
                    .contains("INVALID_ATTRIBUTE");
        }
        assertThat(service.put("/api/contacts/attributes/x", "{\"type\":\"colour\"}", tenant)
                        .body())
                .contains("INVALID_ATTRIBUTE_TYPE");
        assertThat(service.delete("/api/contacts/attributes/a-date", tenant).statusCode())
                .isEqualTo(204);
        assertThat(json(service.get("/api/contacts/attributes", tenant)).get("items"))
                .hasSize(4);
        assertThat(json(service.get("/api/contacts/attributes", token)).get("items"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"timeZone,Mars/Olympus,INVALID_TIME_ZONE", "locale,not a locale,INVALID_LOCALE"})
    void aZoneOrLocaleThatDoesNotExistIsRefused(String field, String value, String code) {
        assertThat(service.post(
                                "/api/contacts",
                                "{\"email\":\"z@z.example\",\"%s\":\"%s\"}".formatted(field, value),
                                token)
                        .body())
                .contains(code);
    }

    private String create(String body) {
        HttpResponse<String> created = service.post("/api/contacts", body, token);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return json(created).get("id").textValue();
    }

    private List<String> emails(String query, String as) {
        StringBuilder encoded = new StringBuilder();
        for (String parameter : query.strip().split("&(?=[a-zA-Z.]+=)")) {
            int equals = parameter.indexOf('=');
            encoded.append('&')
                    .append(parameter, 0, equals + 1)
                    .append(URLEncoder.encode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
        }
        HttpResponse<String> answer = service.get("/api/contacts?" + encoded.substring(1), as);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<String> emails = new ArrayList<>();
        json(answer).get("items").forEach(c -> emails.add(c.get("email").textValue()));
        return emails;
    }

    private List<String> types(String contact) {
        return log("event_type || coalesce(' ' || (payload->>'mergedInto'), '')", contact);
    }

    private List<Long> versions(String contact) {
        return log("payload->>'contactVersion'", contact).stream()
                .map(Long::valueOf)
                .toList();
    }

    private List<String> log(String what, String contact) {
        return service.database()
                .inTransaction(
                        "tenant-a",
                        tx -> tx.createQuery("SELECT " + what + " FROM contacts.system_events"
                                        + " WHERE org_id = 'tenant-a' AND primary_entity_id = :id ORDER BY seq")
                                .bind("id", contact)
                                .mapTo(String.class)
                                .list());
    }

    private static JsonNode json(HttpResponse<String> response) {
        try {
            return EventCodec.mapper().readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(response.body(), e);
        }
    }
}
