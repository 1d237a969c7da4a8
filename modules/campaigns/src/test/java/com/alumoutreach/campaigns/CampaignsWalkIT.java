package com.alumoutreach.campaigns;

import static com.alumoutreach.campaigns.OtherServices.added;
import static com.alumoutreach.campaigns.OtherServices.evaluated;
import static com.alumoutreach.campaigns.OtherServices.failed;
import static com.alumoutreach.campaigns.OtherServices.removed;
import static com.alumoutreach.campaigns.OtherServices.sent;
import static com.alumoutreach.campaigns.OtherServices.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.segment.SegmentMemberAdded;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A campaign from its draft to its last message, with the other services as their events. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CampaignsWalkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TENANT = "tenant-a";

    private RunningService service;
    private OtherServices others;
    private String token;
    private String segment;
    private String template;

    @BeforeAll
    void start() {
        service = RunningService.start();
        others = new OtherServices(service);
        token = service.token(TENANT, Role.OPERATOR);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @BeforeEach
    void freshSegmentAndTemplate() {
        segment = UUID.randomUUID().toString();
        template = UUID.randomUUID().toString();
    }

    @Test
    void aCampaignIsCreatedAndStartedOnceWithOneKey() {
        String body = "{\"name\":\"Once\",\"segmentId\":\"%s\",\"templateId\":\"%s\"}".formatted(segment, template);
        var first = service.send("POST", "/api/campaigns", body, token, "Idempotency-Key", "campaign");
        var second = service.send("POST", "/api/campaigns", body, token, "Idempotency-Key", "campaign");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());

        String start = first.headers().firstValue("Location").orElseThrow() + "/start";
        var started = service.send("POST", start, "", token, "Idempotency-Key", "start");
        var again = service.send("POST", start, "", token, "Idempotency-Key", "start");
        assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(again.body()).isEqualTo(started.body());
        assertThat(service.post(start, "", token).body()).contains("CAMPAIGN_NOT_DRAFT");
    }

    @Test
    void aCampaignWritesOnceToEveryMemberAndIsCompleteWhenAllMessagesHaveAnOutcome() {
        others.say(TENANT, template(template));
        others.say(TENANT, added(segment, "ada", "ada@example.com"));
        others.say(TENANT, added(segment, "bob", "bob@example.com"));
        others.say(TENANT, added(segment, "no-mail", null));
        others.say(TENANT, evaluated(segment));
        String campaign = draft();
        assertThat(get(campaign).get("status").textValue()).isEqualTo("draft");

        var started = service.post("/api/campaigns/" + campaign + "/start", "", token);
        assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
        await().atMost(PATIENCE).until(() -> commands(campaign).size() == 2);
        JsonNode ada = commandTo(campaign, "ada@example.com");
        assertThat(ada.get("subject").textValue()).isEqualTo("Hello {{ firstName }}");
        assertThat(ada.get("htmlBody").textValue()).isEqualTo("<p>Hi</p>");
        assertThat(ada.get("textBody").textValue()).isEqualTo("Hi");
        assertThat(ada.get("contactId").textValue()).isEqualTo("ada");
        assertThat(ada.get("channel").textValue()).isEqualTo("email");
        assertThat(ada.get("templateId").textValue()).isEqualTo(template);
        assertThat(ada.get("variables").get("firstName").textValue()).isEqualTo("First ada");
        assertThat(ada.get("variables").get("company").textValue()).isEqualTo("Engines");
        assertThat(figures(campaign)).isEqualTo("started audience=3 sent=0 failed=0 skipped=1");

        others.say(TENANT, sent(messageId(ada)));
        others.say(TENANT, failed(messageId(commandTo(campaign, "bob@example.com"))));
        await().atMost(PATIENCE)
                .until(() -> figures(campaign).equals("completed audience=3 sent=1 failed=1 skipped=1"));
        await().atMost(PATIENCE)
                .until(() -> events(campaign, "campaign.completed").size() == 1);
        assertThat(service.events("campaign.>").stream()
                        .filter(e -> campaign.equals(e.data().path("campaignId").textValue())))
                .extracting(EventEnvelope::type)
                .containsExactly("campaign.created", "campaign.started", "campaign.message.sent", "campaign.completed");
        assertThat(events(campaign, "campaign.completed")
                        .getFirst()
                        .data()
                        .get("audienceSize")
                        .longValue())
                .isEqualTo(3);
    }

    @Test
    void theAudienceIsWhoIsInTheSegmentHoweverTheEventsArrive() {
        EventEnvelope adaAdded = others.envelope(TENANT, added(segment, "ada", "old@example.com"));
        EventEnvelope adaChanged = others.envelope(TENANT, added(segment, "ada", "ada@example.com"));
        EventEnvelope bobAdded = others.envelope(TENANT, added(segment, "bob", "bob@example.com"));
        EventEnvelope bobRemoved = others.envelope(TENANT, removed(segment, "bob"));
        EventEnvelope eveAdded = others.envelope(TENANT, added(segment, "eve", "eve@example.com"));
        EventEnvelope eveRemoved = others.envelope(TENANT, removed(segment, "eve"));
        EventEnvelope eveBack = others.envelope(TENANT, added(segment, "eve", "eve@example.com"));
        List.of(
                        adaChanged,
                        adaAdded,
                        adaAdded,
                        bobRemoved,
                        bobAdded,
                        bobRemoved,
                        eveAdded,
                        eveBack,
                        eveRemoved,
                        eveBack)
                .forEach(others::say);
        others.say("tenant-b", added(segment, "stranger", "stranger@example.com"));
        others.say(TENANT, template(template));
        others.say(TENANT, evaluated(segment));
        others.say(TENANT, evaluated(segment));
        String campaign = started();

        await().atMost(PATIENCE).until(() -> commands(campaign).size() >= 2);
        assertThat(figures(campaign)).isEqualTo("started audience=2 sent=0 failed=0 skipped=0");
        assertThat(commands(campaign))
                .extracting(c -> c.get("recipientAddress").textValue())
                .containsExactlyInAnyOrder("ada@example.com", "eve@example.com");
    }

    @Test
    void reportsThatComeTwiceCountOnce() {
        others.say(TENANT, template(template));
        others.say(TENANT, added(segment, "ada", "ada@example.com"));
        others.say(TENANT, added(segment, "bob", "bob@example.com"));
        others.say(TENANT, evaluated(segment));
        String campaign = started();
        await().atMost(PATIENCE).until(() -> commands(campaign).size() == 2);
        String first = messageId(commands(campaign).getFirst());
        String second = messageId(commands(campaign).getLast());

        EventEnvelope report = others.envelope(TENANT, sent(first));
        others.say(report);
        others.say(report);
        others.say(TENANT, sent(first));
        others.say(TENANT, failed(first));
        others.say("tenant-b", sent(second));
        others.say(TENANT, sent("no-campaign's"));
        others.awaitHeard("CAMPAIGNS_TRACKING_CONSUMER");
        assertThat(figures(campaign)).isEqualTo("started audience=2 sent=1 failed=0 skipped=0");

        others.say(TENANT, sent(second));
        others.say(TENANT, sent(second));
        others.say(report);
        others.awaitHeard("CAMPAIGNS_TRACKING_CONSUMER");
        assertThat(figures(campaign)).isEqualTo("completed audience=2 sent=2 failed=0 skipped=0");
        await().atMost(PATIENCE).until(() -> unpublished() == 0);
        assertThat(events(campaign, "campaign.completed")).hasSize(1);
        assertThat(events(campaign, "campaign.message.sent")).hasSize(2);
        assertThat(commands(campaign)).hasSize(2);
    }

    @Test
    void aCampaignWaitsForItsTemplateAndForItsSegment() {
        String campaign = started();
        others.say(TENANT, added(segment, "ada", "ada@example.com"));
        others.say(TENANT, evaluated(segment));
        others.say("tenant-b", template(template));
        others.awaitHeard("CAMPAIGNS_SEGMENT_CONSUMER");
        others.awaitHeard("CAMPAIGNS_TEMPLATE_CONSUMER");
        assertThat(figures(campaign)).isEqualTo("started audience=0 sent=0 failed=0 skipped=0");
        others.say(TENANT, template(template));
        await().atMost(PATIENCE).until(() -> commands(campaign).size() == 1);
    }

    @Test
    void aCampaignToNobodyIsCompleteAtOnce() {
        others.say(TENANT, template(template));
        others.say(TENANT, evaluated(segment));
        String campaign = started();
        await().atMost(PATIENCE)
                .until(() -> figures(campaign).equals("completed audience=0 sent=0 failed=0 skipped=0"));
        await().atMost(PATIENCE)
                .until(() -> events(campaign, "campaign.completed").size() == 1);
    }

    @Test
    void twoInstancesCommandEveryMessageOfALargeAudienceOnce() {
        int members = 620;
        others.say(TENANT, template(template));
        for (int i = 0; i < members; i++) {
            others.say(TENANT, added(segment, "contact-" + i, i + "@example.com"));
        }
        others.say(TENANT, evaluated(segment));
        others.awaitHeard("CAMPAIGNS_SEGMENT_CONSUMER");
        try (RunningService second = RunningService.start(service.servers(), Map.of())) {
            String campaign = started();
            await().atMost(PATIENCE).until(() -> commands(campaign).size() >= members);
            List<JsonNode> commands = commands(campaign);
            commands.forEach(command -> others.say(TENANT, sent(messageId(command))));
            await().atMost(PATIENCE)
                    .until(() -> figures(campaign)
                            .equals("completed audience=" + members + " sent=" + members + " failed=0 skipped=0"));
            await().atMost(PATIENCE).until(() -> unpublished() == 0);
            assertThat(commands(campaign))
                    .extracting(c -> c.get("recipientAddress").textValue())
                    .hasSize(members)
                    .doesNotHaveDuplicates();
            assertThat(events(campaign, "campaign.completed")).hasSize(1);
            assertThat(events(campaign, "campaign.message.sent")).hasSize(members);
            assertThat(second.get("/api/campaigns/" + campaign, token).body()).contains("completed");
        }
    }

    @Test
    void aMemberWithMoreVariablesThanACommandCarriesHoldsUpNobody() {
        others.say(TENANT, template(template));
        others.say(TENANT, added(segment, "ada", "ada@example.com"));
        others.say(
                TENANT,
                new SegmentMemberAdded(
                        segment, "big", "big@example.com", null, null, null, Map.of("novel", "x".repeat(899_000)), 1L));
        others.say(TENANT, evaluated(segment));
        String campaign = started();
        await().atMost(PATIENCE).until(() -> commands(campaign).size() == 1);
        others.say(TENANT, sent(messageId(commandTo(campaign, "ada@example.com"))));
        await().atMost(PATIENCE)
                .until(() -> figures(campaign).equals("completed audience=2 sent=1 failed=1 skipped=0"));
    }

    @Test
    void ofManyStartsOneStarts() throws Exception {
        String campaign = draft();
        List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(() -> service.post("/api/campaigns/" + campaign + "/start", "", token));
        }
        List<Integer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<HttpResponse<String>> answer : threads.invokeAll(calls)) {
                answers.add(answer.get().statusCode());
            }
        }
        assertThat(answers).containsOnly(202, 409).containsOnlyOnce(202);
        refuses(service.post("/api/campaigns/" + campaign + "/start", "", token), 409, "CAMPAIGN_NOT_DRAFT");
        await().atMost(PATIENCE).until(() -> unpublished() == 0);
        assertThat(events(campaign, "campaign.started")).hasSize(1);
    }

    @Test
    void anotherTenantsCampaignIsNotThere() {
        String campaign = draft();
        String stranger = service.token("tenant-b", Role.ADMIN);
        refuses(service.get("/api/campaigns/" + campaign, stranger), 404, "CAMPAIGN_NOT_FOUND");
        refuses(service.post("/api/campaigns/" + campaign + "/start", "", stranger), 404, "CAMPAIGN_NOT_FOUND");
        assertThat(service.get("/api/campaigns", stranger).body()).doesNotContain(campaign);
        assertThat(get(campaign).get("status").textValue()).isEqualTo("draft");
        refuses(service.get("/api/campaigns/nonsense", token), 404, "CAMPAIGN_NOT_FOUND");
        refuses(service.post("/api/campaigns/" + EventIds.next() + "/start", "", token), 404, "CAMPAIGN_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|VALIDATION_FAILED",
                "{\"name\":\"n\",\"segmentId\":\"00000000-0000-0000-0000-000000000001\"}|VALIDATION_FAILED",
                "{\"name\":\"\",\"segmentId\":\"00000000-0000-0000-0000-000000000001\","
                        + "\"templateId\":\"00000000-0000-0000-0000-000000000001\"}|VALIDATION_FAILED",
                "{\"name\":\"\\u0000\",\"segmentId\":\"00000000-0000-0000-0000-000000000001\","
                        + "\"templateId\":\"00000000-0000-0000-0000-000000000001\"}|VALIDATION_FAILED",
                "{\"name\":\"n\",\"segmentId\":\"x\",\"templateId\":\"y\"}|BAD_REQUEST",
                "{\"name\":|BAD_REQUEST",
            })
    void refusesWhatIsNoCampaign(String body, String code) {
        refuses(service.post("/api/campaigns", body, token), 400, code);
    }

    @Test
    void onlyAdminsAndOperatorsComeIn() {
        refuses(service.get("/api/campaigns", service.token(TENANT, Role.ANALYST)), 403, "FORBIDDEN");
        refuses(service.get("/api/campaigns", null), 401, "UNAUTHORIZED");
    }

    @Test
    void listsGoOnWhereThePageEnded() {
        String lister = service.token("tenant-list", Role.ADMIN);
        for (int i = 0; i < 3; i++) {
            service.post("/api/campaigns", request("C" + i), lister);
        }
        JsonNode page = json(service.get("/api/campaigns?limit=2", lister));
        assertThat(page.get("items").findValuesAsText("name")).containsExactly("C0", "C1");
        JsonNode rest = json(service.get(
                "/api/campaigns?limit=2&cursor=" + page.get("nextCursor").textValue(), lister));
        assertThat(rest.get("items").findValuesAsText("name")).containsExactly("C2");
        assertThat(rest.get("nextCursor").isNull()).isTrue();
    }

    private String draft() {
        var answer = service.post("/api/campaigns", request("Spring"), token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        String id = json(answer).get("id").textValue();
        assertThat(answer.headers().firstValue("Location")).hasValue("/api/campaigns/" + id);
        return id;
    }

    private String started() {
        String campaign = draft();
        assertThat(service.post("/api/campaigns/" + campaign + "/start", "", token)
                        .statusCode())
                .isEqualTo(202);
        return campaign;
    }

    private String request(String name) {
        return "{\"name\":\"%s\",\"segmentId\":\"%s\",\"templateId\":\"%s\"}".formatted(name, segment, template);
    }

    private JsonNode get(String campaign) {
        return json(service.get("/api/campaigns/" + campaign, token));
    }

    private String figures(String campaign) {
        JsonNode c = get(campaign);
        return c.get("status").textValue() + " audience=" + c.get("audience") + " sent=" + c.get("sent") + " failed="
                + c.get("failed") + " skipped=" + c.get("skipped");
    }

    /** What the pipeline would be asked for. */
    private List<JsonNode> commands(String campaign) {
        return service.messages("ALUM_WORK", "work.message.send").stream()
                .<JsonNode>map(m -> EventCodec.readEnvelope(m.getData(), m.getSubject(), EventIds::next)
                        .data())
                .filter(data -> campaign.equals(data.path("sourceId").textValue()))
                .toList();
    }

    private JsonNode commandTo(String campaign, String recipient) {
        return commands(campaign).stream()
                .filter(c -> recipient.equals(c.get("recipientAddress").textValue()))
                .findFirst()
                .orElseThrow();
    }

    private static String messageId(JsonNode command) {
        return command.get("messageId").textValue();
    }

    private List<EventEnvelope> events(String campaign, String type) {
        return service.events(type).stream()
                .filter(e -> campaign.equals(e.data().path("campaignId").textValue()))
                .toList();
    }

    /** Rows of the event log that are on no stream yet. */
    private long unpublished() {
        long written = service.database()
                .inSystemTransaction(tx -> tx.createQuery("SELECT count(*) FROM campaigns.system_events")
                        .mapTo(Long.class)
                        .one());
        return written
                - service.messages("ALUM_EVENTS", "campaign.>").size()
                - service.messages("ALUM_WORK", "work.>").size();
    }

    private static void refuses(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json(answer).get("code").textValue()).isEqualTo(code);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + answer.body(), e);
        }
    }
}
