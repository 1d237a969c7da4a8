package com.alumoutreach.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.links.Link;
import com.alumoutreach.backbone.links.SignedLinks;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a contact agreed to, said by callers of the API and by the contact itself, through the links in its mails. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsentIT {
    private static final String ONE_CLICK = "List-Unsubscribe=One-Click";
    private RunningService service;
    private SignedLinks links;
    private String token;

    @BeforeAll
    void start() {
        service = RunningService.start();
        links = service.context().getBean(SignedLinks.class);
        token = service.token("tenant-a", Role.OPERATOR);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void consentIsSaidByChannelAndTopicAndEachChangeIsAnEvent() {
        String id = create("ada@example.com");
        put(id, "email", "{\"state\":\"granted\",\"source\":\"form\",\"proof\":{\"form\":\"footer\"}}");
        put(id, "email?topic=News", "{\"state\":\"revoked\"}");
        put(id, "email", "{\"state\":\"granted\"}");
        assertThat(consents(id)).containsExactly("email  granted form", "email news revoked api");
        assertThat(events(id))
                .containsExactly("contact.created 1", "contact.consent.granted 2", "contact.consent.revoked 3");
        assertThat(version(id)).isEqualTo(3);
        assertThat(service.send(
                                "PUT",
                                "/api/contacts/" + id + "/consents/sms",
                                "{\"state\":\"granted\"}",
                                token,
                                "If-Match",
                                "\"2\"")
                        .statusCode())
                .isEqualTo(412);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fax|{\"state\":\"granted\"}|INVALID_CHANNEL",
                "email|{\"state\":\"requested\"}|INVALID_CONSENT",
                "email|{}|INVALID_CONSENT",
                "sms|{\"state\":\"granted\",\"doubleOptIn\":true}|DOUBLE_OPT_IN_UNAVAILABLE",
                "email?topic=%00|{\"state\":\"granted\"}|INVALID_TEXT",
                "email|{\"state\":\"granted\",\"proof\":{\"t\":[\"\\u0000\"]}}|INVALID_TEXT",
                "email|{\"state\":\"granted\",\"proof\":{\"\\u0000\":1}}|INVALID_TEXT"
            })
    void whatCannotBeSaidIsRefused(String said) {
        String[] parts = said.split("\\|");
        String id = create("refused-" + Math.abs(said.hashCode()) + "@example.com");
        HttpResponse<String> answer = service.put("/api/contacts/" + id + "/consents/" + parts[0], parts[1], token);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(parts[2]);
    }

    @Test
    void aGetOfTheLinkChangesNothingAndAPostUnsubscribesAtOnce() {
        String id = create("grace@example.com");
        put(id, "email", "{\"state\":\"granted\"}");
        String path = path(Link.Purpose.UNSUBSCRIBE, id, "m-1");

        for (int i = 0; i < 3; i++) {
            HttpResponse<String> page = service.get(path, null);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("<form method=\"post\">", "List-Unsubscribe", "One-Click");
            assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
        }
        assertThat(form(path, "").statusCode()).isEqualTo(400);
        assertThat(form(path, "List-Unsubscribe=Maybe").body()).contains("NOT_ONE_CLICK");
        assertThat(consents(id)).containsExactly("email  granted api");

        assertThat(form(path, ONE_CLICK).statusCode()).isEqualTo(200);
        assertThat(form(path, ONE_CLICK).statusCode()).isEqualTo(200);
        assertThat(consents(id)).containsExactly("email  revoked one_click");
        assertThat(events(id))
                .containsExactly("contact.created 1", "contact.consent.granted 2", "contact.consent.revoked 3");
        JsonNode proof =
                json(service.get("/api/contacts/" + id + "/consents", token)).at("/items/0/proof");
        assertThat(proof.get("messageId").textValue()).isEqualTo("m-1");
        assertThat(proof.get("address").textValue()).isEqualTo("127.0.0.1");
    }

    @Test
    void mailProgramsMayPostAMultipartForm() {
        String id = create("multipart@example.com");
        String body = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
        HttpResponse<String> answer =
                post(path(Link.Purpose.UNSUBSCRIBE, id, null), body, "multipart/form-data; boundary=b");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(consents(id)).containsExactly("email  revoked one_click");
    }

    @Test
    void aLinkThatWeDidNotMakeOpensNothing() {
        String id = create("forged@example.com");
        String genuine = path(Link.Purpose.UNSUBSCRIBE, id, null);
        String otherPurpose = genuine.replace("/unsubscribe/", "/confirm/");
        String otherTenant = links.token(new Link(Link.Purpose.UNSUBSCRIBE, "tenant-b", id, "email", null, null, null));
        String changed = genuine.substring(0, 20) + (genuine.charAt(20) == 'A' ? 'B' : 'A') + genuine.substring(21);
        for (String path : List.of(
                changed,
                genuine.substring(0, genuine.length() - 2),
                genuine + "x",
                otherPurpose,
                genuine.replace("/unsubscribe/", "/preferences/"),
                "/unsubscribe/.",
                "/unsubscribe/a.b",
                "/unsubscribe/%3Cscript%3E",
                "/unsubscribe/" + "A".repeat(3_000))) {
            assertThat(service.get(path, null).statusCode()).as(path).isEqualTo(404);
            assertThat(form(path, ONE_CLICK).statusCode()).as(path).isEqualTo(404);
            assertThat(service.get(path, null).body()).doesNotContain("<script>");
        }
        // A genuine link of another tenant is about that tenant's contacts, of which there is none of this id.
        assertThat(form("/unsubscribe/" + otherTenant, ONE_CLICK).statusCode()).isEqualTo(200);
        assertThat(consents(id)).isEmpty();
    }

    @Test
    void doubleOptInIsGrantedByThePersonWhoGetsTheMail() {
        String id = create("double@example.com");
        put(id, "email?topic=news", "{\"state\":\"granted\",\"doubleOptIn\":true,\"source\":\"form\"}");
        put(id, "email?topic=news", "{\"state\":\"granted\",\"doubleOptIn\":true}");
        assertThat(consents(id)).containsExactly("email news requested form");
        List<JsonNode> mails = commands(id);
        assertThat(mails).hasSize(1);
        assertThat(mails.getFirst().get("recipientAddress").textValue()).isEqualTo("double@example.com");
        String path = URI.create(mails.getFirst().at("/variables/confirm_url").textValue())
                .getPath();

        assertThat(service.get(path, null).statusCode()).isEqualTo(200);
        assertThat(consents(id)).containsExactly("email news requested form");
        assertThat(form(path, "confirm=yes").body()).contains("Thank you");
        assertThat(consents(id)).containsExactly("email news granted double_opt_in");

        put(id, "email?topic=news", "{\"state\":\"revoked\"}");
        assertThat(form(path, "confirm=yes").body()).contains("Nothing to confirm");
        assertThat(consents(id)).containsExactly("email news revoked api");
    }

    @Test
    void onlyTheAddressThatWasAskedConfirmsAndOnlyForItself() {
        String id = create("typo@example.com");
        String ask = "{\"state\":\"granted\",\"doubleOptIn\":true}";
        put(id, "email", ask);
        String strangers = confirmPath(commands(id).getFirst());
        service.patch("/api/contacts/" + id, "{\"email\":\"right@example.com\"}", token);
        assertThat(form(strangers, "confirm=yes").body()).contains("Nothing to confirm");

        put(id, "email", ask);
        put(id, "email", ask);
        List<JsonNode> mails = commands(id);
        assertThat(mails)
                .extracting(mail -> mail.get("recipientAddress").textValue())
                .containsExactly("typo@example.com", "right@example.com");
        assertThat(form(strangers, "confirm=yes").body()).contains("Nothing to confirm");
        assertThat(consents(id)).containsExactly("email  requested api");
        service.patch("/api/contacts/" + id, "{\"email\":\"Right@example.com\",\"firstName\":\"R\"}", token);
        assertThat(form(confirmPath(mails.getLast()), "confirm=yes").body()).contains("Thank you");
        assertThat(consents(id)).containsExactly("email  granted double_opt_in");
    }

    private static String confirmPath(JsonNode mail) {
        return URI.create(mail.at("/variables/confirm_url").textValue()).getPath();
    }

    @Test
    void anExpiredLinkOpensNothing() {
        String id = create("expired@example.com");
        Link link = new Link(
                Link.Purpose.CONFIRM,
                "tenant-a",
                id,
                "email",
                null,
                null,
                Instant.now().minusSeconds(5));
        assertThat(form("/confirm/" + links.token(link), "confirm=yes").statusCode())
                .isEqualTo(404);
    }

    @Test
    void thePreferencePageChangesOnlyWhatWasTouched() {
        String id = create("prefers@example.com");
        put(id, "email?topic=news", "{\"state\":\"granted\"}");
        put(id, "email?topic=<b>", "{\"state\":\"revoked\"}");
        String path = path(Link.Purpose.PREFERENCES, id, null);
        String page = service.get(path, null).body();
        assertThat(page).contains("value=\"email:news\" checked", "&lt;b&gt;").doesNotContain("<b>");

        String untouched = "on=email%3A&was-on=email%3A&on=email%3Anews&was-on=email%3Anews&was-off=email%3A%3Cb%3E";
        form(path, untouched);
        assertThat(consents(id)).containsExactly("email <b> revoked api", "email news granted api");
        form(
                path,
                "on=email%3A&was-on=email%3A&was-on=email%3Anews&was-off=email%3A%3Cb%3E&on=sms%3Ainvented"
                        + "&was-off=sms%3Ainvented");
        assertThat(consents(id)).containsExactly("email <b> revoked api", "email news revoked preferences");
    }

    @Test
    void whoUnsubscribedAndWasDeletedIsStillUnsubscribedWhenTheAddressComesBack() {
        String id = create("comeback@example.com");
        form(path(Link.Purpose.UNSUBSCRIBE, id, null), ONE_CLICK);
        service.delete("/api/contacts/" + id, token);

        String again = create("ComeBack@example.com");
        assertThat(consents(again)).containsExactly("email  revoked suppression");
        assertThat(events(again)).containsExactly("contact.created 1", "contact.consent.revoked 2");
        String elsewhere = json(service.post(
                        "/api/contacts",
                        "{\"email\":\"comeback@example.com\"}",
                        service.token("tenant-b", Role.OPERATOR)))
                .get("id")
                .textValue();
        assertThat(json(service.get(
                                "/api/contacts/" + elsewhere + "/consents", service.token("tenant-b", Role.OPERATOR)))
                        .get("items"))
                .isEmpty();
    }

    @Test
    void theLinkOfADeletedContactStillKeepsItsAddressFromBeingWrittenTo() {
        String id = create("late@example.com");
        String path = path(Link.Purpose.UNSUBSCRIBE, id, null);
        service.delete("/api/contacts/" + id, token);
        assertThat(form(path, ONE_CLICK).statusCode()).isEqualTo(200);
        assertThat(consents(create("late@example.com"))).containsExactly("email  revoked suppression");
    }

    @Test
    void theLinkInAnOldMailRevokesWhoeverHasTheAddressNow() {
        String id = create("replaced@example.com");
        String topics = create("replaced-topics@example.com");
        String path = path(Link.Purpose.UNSUBSCRIBE, id, "m-2");
        service.delete("/api/contacts/" + id, token);
        service.delete("/api/contacts/" + topics, token);
        String again = create("Replaced@example.com");
        String further = create("elsewhere@example.com");
        service.patch("/api/contacts/" + further, "{\"emails\":[\"replaced-topics@example.com\"]}", token);
        String other = create("untouched@example.com");

        assertThat(form(path, ONE_CLICK).statusCode()).isEqualTo(200);
        assertThat(consents(again)).containsExactly("email  revoked one_click");
        assertThat(events(again)).containsExactly("contact.created 1", "contact.consent.revoked 2");
        form(path(Link.Purpose.PREFERENCES, topics, null), "was-on=email%3A");
        assertThat(consents(further)).containsExactly("email  revoked preferences");
        assertThat(consents(other)).isEmpty();
    }

    @Test
    void whoSharesANumberWithADeletedContactSharesItsWordOnTheNumberOnly() {
        String id = create("shares@example.com");
        String neighbour = create("neighbour@example.com");
        for (String contact : List.of(id, neighbour)) {
            service.patch("/api/contacts/" + contact, "{\"phone\":\"+15046218995\"}", token);
        }
        service.delete("/api/contacts/" + id, token);
        form(path(Link.Purpose.UNSUBSCRIBE, id, null), ONE_CLICK);
        assertThat(consents(neighbour)).isEmpty();
        Link sms = new Link(Link.Purpose.UNSUBSCRIBE, "tenant-a", id, "sms", null, null, null);
        form("/unsubscribe/" + links.token(sms), ONE_CLICK);
        assertThat(consents(neighbour)).containsExactly("sms  revoked one_click");
    }

    @Test
    void theLinkOfAMergedContactKeepsItsAddressBackAlsoWhenTheOtherIsDeleted() {
        String first = create("merged-away@example.com");
        String path = path(Link.Purpose.UNSUBSCRIBE, first, null);
        String into = create("survivor@example.com");
        service.post("/api/contacts/" + into + "/merge", "{\"contactId\":\"" + first + "\"}", token);
        service.delete("/api/contacts/" + into, token);
        assertThat(form(path, ONE_CLICK).statusCode()).isEqualTo(200);
        assertThat(consents(create("merged-away@example.com"))).containsExactly("email  revoked suppression");
        assertThat(consents(create("survivor@example.com"))).containsExactly("email  revoked suppression");
    }

    @Test
    void uncheckingABoxOfADeletedContactKeepsItsAddressBack() {
        String id = create("gone-prefers@example.com");
        String path = path(Link.Purpose.PREFERENCES, id, null);
        service.delete("/api/contacts/" + id, token);
        assertThat(service.get(path, null).body()).contains("value=\"email:\" checked");
        assertThat(form(path, "was-on=email%3A").body()).contains("Saved");
        assertThat(consents(create("gone-prefers@example.com"))).containsExactly("email  revoked suppression");
    }

    @Test
    void whoGrantsAgainIsNotRevokedByWhatWasSaidBefore() {
        String id = create("regained@example.com");
        put(id, "email", "{\"state\":\"revoked\"}");
        put(id, "email?topic=news", "{\"state\":\"revoked\"}");
        service.delete("/api/contacts/" + id, token);
        String again = create("regained@example.com");
        put(again, "email", "{\"state\":\"granted\"}");
        service.patch("/api/contacts/" + again, "{\"phone\":\"+15046218999\"}", token);
        assertThat(consents(again)).containsExactly("email  granted api", "email news revoked suppression");
        service.delete("/api/contacts/" + again, token);
        assertThat(consents(create("regained@example.com"))).containsExactly("email news revoked suppression");
    }

    /** Also while the address is suppressed still, as after a word that an older version heard. */
    @Test
    void anEditOfOneAddressSaysNothingOfTheOthers() {
        String id = create("edited@example.com");
        put(id, "email", "{\"state\":\"revoked\"}");
        service.delete("/api/contacts/" + id, token);
        String again = create("edited@example.com");
        service.asOwner(
                "UPDATE contacts.consents SET state = 'granted', source = 'api' WHERE contact_id = '" + again + "'");
        service.patch("/api/contacts/" + again, "{\"phone\":\"+15046218998\"}", token);
        assertThat(consents(again)).containsExactly("email  granted api");
    }

    @Test
    void aChangeToASuppressedAddressRevokesToo() {
        String id = create("moved-away@example.com");
        put(id, "email", "{\"state\":\"revoked\"}");
        service.delete("/api/contacts/" + id, token);
        String other = create("someone@example.com");
        service.patch("/api/contacts/" + other, "{\"email\":\"moved-away@example.com\"}", token);
        assertThat(consents(other)).containsExactly("email  revoked suppression");
    }

    private String create(String email) {
        HttpResponse<String> created = service.post("/api/contacts", "{\"email\":\"" + email + "\"}", token);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return json(created).get("id").textValue();
    }

    private void put(String id, String what, String body) {
        HttpResponse<String> answer = service.put(
                "/api/contacts/" + id + "/consents/" + what.replace("<", "%3C").replace(">", "%3E"), body, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private String path(Link.Purpose purpose, String contact, @Nullable String message) {
        return URI.create(links.url(new Link(purpose, "tenant-a", contact, "email", null, message, null)))
                .getPath();
    }

    private HttpResponse<String> form(String path, String body) {
        return post(path, body, "application/x-www-form-urlencoded");
    }

    private HttpResponse<String> post(String path, String body, String type) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(service.url() + path))
                            .header("Content-Type", type)
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> consents(String id) {
        return json(service.get("/api/contacts/" + id + "/consents", token))
                .get("items")
                .valueStream()
                .map(c -> String.join(
                        " ",
                        c.get("channel").textValue(),
                        c.path("topic").asText("").replace("null", ""),
                        c.get("state").textValue(),
                        c.get("source").textValue()))
                .toList();
    }

    private long version(String id) {
        return json(service.get("/api/contacts/" + id, token)).get("version").longValue();
    }

    /** As the log has them, which the relay publishes. */
    private List<String> events(String id) {
        return service.database()
                .inTransaction(
                        "tenant-a",
                        tx -> tx.createQuery(
                                        "SELECT event_type || ' ' || (payload->>'contactVersion') FROM contacts.system_events"
                                                + " WHERE org_id = 'tenant-a' AND primary_entity_id = :id ORDER BY seq")
                                .bind("id", id)
                                .mapTo(String.class)
                                .list());
    }

    private List<JsonNode> commands(String contact) {
        return service
                .database()
                .inTransaction(
                        "tenant-a",
                        tx -> tx.createQuery(
                                        "SELECT payload::text FROM contacts.system_events WHERE org_id = 'tenant-a'"
                                                + " AND event_type = 'work.message.send' AND payload->>'contactId' = :id ORDER BY seq")
                                .bind("id", contact)
                                .mapTo(String.class)
                                .list())
                .stream()
                .map(ConsentIT::json)
                .toList();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return json(response.body());
    }

    private static JsonNode json(String text) {
        try {
            return EventCodec.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
