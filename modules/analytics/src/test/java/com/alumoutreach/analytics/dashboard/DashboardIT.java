package com.alumoutreach.analytics.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One afternoon of a tenant in Berlin, its figures worked out by hand. */
class DashboardIT {
    private static final String TENANT = "berlin";
    /** 15:00 in Berlin; the day began at 22:00 UTC of the day before, the month at 22:00 UTC of 31 May. */
    private static final String NOW = "2026-06-15T13:00:00Z";

    @SuppressWarnings("NullAway.Init")
    private static RunningService service;

    private static final List<EventEnvelope> EVENTS = new ArrayList<>();

    @BeforeAll
    static void tellWhatHappened() {
        service = AnalyticsRun.start();
        tell("sender.settings.updated", "2026-06-01T08:00:00Z", "timeZone", "Europe/Berlin", "dailySendCap", 4);
        tell("contact.created", "2026-06-01T08:01:00Z", "contactId", "ada");
        tell("campaign.created", "2026-06-01T09:00:00Z", "campaignId", "spring", "name", "Spring");
        tell("campaign.started", "2026-06-01T09:05:00Z", "campaignId", "spring");
        tell("campaign.created", "2026-06-02T09:00:00Z", "campaignId", "autumn", "name", "Autumn");
        tell("campaign.paused", "2026-06-03T09:00:00Z", "campaignId", "autumn");
        message("queued", "2026-06-03T08:59:00Z", "bob", "autumn");
        // Ada: sent yesterday evening in Berlin, which is still yesterday; replied today; nobody looked yet.
        message("queued", "2026-06-14T21:00:00Z", "ada", "spring");
        message("sent", "2026-06-14T21:59:59.999Z", "ada", "spring");
        reply("2026-06-15T07:00:00Z", "ada", "spring", false);
        // Cleo: sent on the first millisecond of today; an automatic reply is none; failed once.
        message("sent", "2026-06-14T22:00:00Z", "cleo", "spring");
        reply("2026-06-15T07:01:00Z", "cleo", "spring", true);
        message("failed", "2026-06-15T07:30:00Z", "cleo", "spring");
        // Dan: replied and was classified, then replied again.
        message("sent", "2026-06-15T06:00:00Z", "dan", "spring");
        reply("2026-06-15T08:00:00Z", "dan", "spring", false);
        tell(
                "inbox.message.classified",
                "2026-06-15T09:00:00Z",
                "contactId",
                "dan",
                "classification",
                "interested",
                "threadId",
                "t",
                "messageId",
                "m");
        reply("2026-06-15T10:00:00Z", "dan", "spring", false);
        // Eve: her reply was dealt with; it came before any message of these seven days.
        message("sent", "2026-06-05T10:00:00Z", "eve", "spring");
        reply("2026-06-06T10:00:00Z", "eve", "spring", false);
        tell(
                "inbox.message.classified",
                "2026-06-06T10:00:00Z",
                "contactId",
                "eve",
                "classification",
                "not_interested",
                "threadId",
                "t",
                "messageId",
                "m");
        message("sent", "2026-06-15T11:00:00Z", "eve", "spring");
        // A reply of nobody known counts nowhere as a lead, and hides nobody.
        reply("2026-06-15T11:30:00Z", null, "spring", false);
        tell(
                "lead.followup.scheduled",
                "2026-06-14T08:00:00Z",
                "contactId",
                "bob",
                "followupId",
                "f1",
                "dueAt",
                "2026-06-15T21:59:00Z");
        tell(
                "lead.followup.scheduled",
                "2026-06-14T08:00:00Z",
                "contactId",
                "bob",
                "followupId",
                "f2",
                "dueAt",
                "2026-06-15T22:00:00Z");
        tell(
                "pipeline.message.bounced",
                "2026-06-10T10:00:00Z",
                "contactId",
                "cleo",
                "messageId",
                "m",
                "channel",
                "email");
        tell(
                "contact.consent.revoked",
                "2026-06-10T10:00:00Z",
                "contactId",
                "cleo",
                "channel",
                "email",
                "source",
                "one_click");
        tell(
                "contact.consent.revoked",
                "2026-06-10T10:01:00Z",
                "contactId",
                "cleo",
                "channel",
                "email",
                "source",
                "preferences");
        // Of the future, as of NOW.
        message("sent", "2026-06-15T13:00:00.001Z", "ada", "spring");
        AnalyticsRun.awaitRows(service, EVENTS.size());
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void statsAreWhatOneWorksOutByHand() throws IOException {
        HttpResponse<String> answer = service.get("/api/dashboard/stats-v2?at=" + NOW, analyst(TENANT));

        assertThat(EventCodec.mapper().readTree(answer.body()))
                .isEqualTo(EventCodec.mapper().readTree("""
                {"kpis": {"todaySends": 3, "dailyLimit": 4, "repliesNeedingAction": 2, "replyRate": 50,
                          "systemStatus": "Healthy", "systemStatusReason": "Nothing stands in the way of sending",
                          "sendPercentage": 75},
                 "nextActions": [
                  {"priority": 3, "title": "2 replies waiting review", "action": "review_replies", "url": "/dashboard/inbox"},
                  {"priority": 4, "title": "Campaign \\"Autumn\\" paused with 1 active enrollments",
                   "action": "resume_campaign", "url": "/dashboard/campaigns/autumn"},
                  {"priority": 5, "title": "1 follow-ups due today", "action": "view_followups", "url": "/dashboard/tasks"}],
                 "campaignSnapshots": [
                  {"id": "spring", "name": "Spring", "status": "Running", "queueRemaining": 0, "todaySends": 3, "repliesToday": 2},
                  {"id": "autumn", "name": "Autumn", "status": "Paused", "queueRemaining": 1, "todaySends": 0, "repliesToday": 0}],
                 "systemHealth": {"lastLinkedInAction": "2026-06-15T11:00:00Z", "cooldownActive": false, "errorsLast24h": 1,
                                  "captchaDetected": false, "automationMethod": "email"}}
                """));
        assertThat(answer.headers().firstValue("Alum-As-Of")).contains(NOW);
        assertThat(answer.headers().firstValue("Alum-Last-Event-At")).contains("2026-06-15T11:30:00Z");
    }

    @Test
    void theMonthIsTheTenantsOwn() throws IOException {
        assertThat(json("/api/dashboard/month-to-date?at=" + NOW, TENANT))
                .isEqualTo(EventCodec.mapper().readTree("""
                {"emails_sent_mtd": 5, "replies_mtd": 5, "interested_mtd": 1, "bounces_mtd": 1, "unsubscribes_mtd": 1}"""));
        // Half an hour after midnight of 1 July in Berlin: a new month, before UTC has one.
        assertThat(json("/api/dashboard/month-to-date?at=2026-06-30T22:30:00Z", TENANT)
                        .path("emails_sent_mtd"))
                .isEqualTo(EventCodec.mapper().readTree("0"));
    }

    @Test
    void aFigureLeadsToItsEvents() throws IOException {
        JsonNode sends = json("/api/dashboard/kpis/todays_sends/events?at=" + NOW, TENANT);
        JsonNode waiting = json("/api/dashboard/kpis/replies_requiring_action/events?at=" + NOW, TENANT);

        assertThat(sends.path("items").findValuesAsText("leadId")).containsExactly("eve", "dan", "cleo");
        assertThat(sends.path("items").path(0).path("eventType").asText()).isEqualTo("message_sent");
        assertThat(waiting.path("items").findValuesAsText("eventTimestamp"))
                .containsExactly("2026-06-15T10:00:00Z", "2026-06-15T07:00:00Z");
    }

    @Test
    void aTrailIsReadInPages() throws IOException {
        String first = "/api/dashboard/kpis/reply_rate_7d/events?limit=3&at=" + NOW;
        List<String> seen = new ArrayList<>();
        JsonNode page = json(first, TENANT);
        while (true) {
            seen.addAll(page.path("items").findValuesAsText("id"));
            if (page.path("nextCursor").isNull() || page.path("nextCursor").isMissingNode()) {
                break;
            }
            page = json(first + "&cursor=" + page.path("nextCursor").asText(), TENANT);
        }

        // Four leads were sent five messages; Ada and Dan replied three times.
        assertThat(seen).hasSize(4 + 3).doesNotHaveDuplicates();
    }

    @Test
    void everyFigureHasATrail() throws IOException {
        for (String figure : com.alumoutreach.analytics.kpi.KpiTrail.FIGURES) {
            JsonNode page = json("/api/dashboard/kpis/" + figure + "/events?at=" + NOW, TENANT);
            assertThat(page.path("items")).as(figure).isNotEmpty();
        }
    }

    @Test
    void aTrailHasWhatItsFigureIsMadeOfAndNothingElse() throws IOException {
        List<EventEnvelope> told = List.of(
                of("pipeline.message.sent", "2026-06-09T10:00:00Z", "contactId", "cleo"),
                of("pipeline.message.sent", "2026-06-10T10:00:00Z", "contactId", "dan"),
                of("campaign.started", "2026-06-10T11:00:00Z", "campaignId", "open"),
                of("pipeline.message.queued", "2026-06-10T12:00:00Z", "contactId", "bob", "campaignId", "open"),
                of("pipeline.message.queued", "2026-06-10T12:00:00Z", "contactId", "ada", "campaignId", "over"),
                of("campaign.completed", "2026-06-10T13:00:00Z", "campaignId", "over"),
                of("inbox.message.received", "2026-06-15T11:00:00Z", "contactId", "bob", "campaignId", "open"),
                of("inbox.message.received", "2026-06-15T12:00:00Z", "campaignId", "open"));
        told.forEach(service::publish);
        await().until(() ->
                json("/api/analytics/events/counts", "trails").path("total").asLong() == told.size());

        assertThat(timesOf("account_health", "")).containsExactly("2026-06-10T10:00:00Z");
        assertThat(timesOf("campaign_snapshot_today", "&campaignId=open"))
                .containsExactly("2026-06-15T11:00:00Z", "2026-06-10T11:00:00Z");
        assertThat(timesOf("campaign_queue", "&campaignId=open"))
                .containsExactly("2026-06-10T12:00:00Z", "2026-06-10T11:00:00Z");
        assertThat(timesOf("campaign_queue", "&campaignId=over")).containsExactly("2026-06-10T13:00:00Z");
    }

    private static EventEnvelope of(String type, String at, Object... fields) {
        return envelope(type, Instant.parse(at), "trails", fields);
    }

    private static List<String> timesOf(String figure, String more) throws IOException {
        return json("/api/dashboard/kpis/" + figure + "/events?at=" + NOW + more, "trails")
                .path("items")
                .findValuesAsText("eventTimestamp");
    }

    @Test
    void anotherTenantSeesNothingOfIt() throws IOException {
        JsonNode stats = json("/api/dashboard/stats-v2?at=" + NOW, "other");

        assertThat(stats.path("kpis").path("todaySends").asLong()).isZero();
        assertThat(stats.path("campaignSnapshots")).isEmpty();
        assertThat(stats.path("nextActions").findValuesAsText("action"))
                .containsExactly("import_contacts", "configure_limit");
        for (String figure : com.alumoutreach.analytics.kpi.KpiTrail.FIGURES) {
            assertThat(json("/api/dashboard/kpis/" + figure + "/events?at=" + NOW + "&campaignId=spring", "other")
                            .path("items"))
                    .isEmpty();
        }
    }

    @Test
    void oddQuestionsAreRefused() {
        assertThat(refused("/api/dashboard/kpis/nonsense/events")).contains("404", "KPI_NOT_FOUND");
        assertThat(refused("/api/dashboard/kpis/todays_sends/events?cursor=x")).contains("400", "INVALID_CURSOR");
        assertThat(refused("/api/dashboard/kpis/todays_sends/events?limit=0")).contains("400", "INVALID_LIMIT");
        assertThat(refused("/api/dashboard/stats-v2?at=2999-01-01T00:00:00Z")).contains("400", "INVALID_TIME");
        for (String figures : List.of("stats-v2", "next-actions", "month-to-date", "kpis/todays_sends/events")) {
            assertThat(refused("/api/dashboard/" + figures + "?at=-999999999-01-01T00:00:00Z"))
                    .contains("400", "INVALID_TIME");
            assertThat(service.get("/api/dashboard/" + figures + "?at=1900-01-01T00:00:00Z", analyst(TENANT))
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(refused("/api/dashboard/stats-v2?at=yesterday")).contains("400");
        assertThat(refused("/api/dashboard/stats-v2/stream?seconds=-1")).contains("400", "INVALID_SECONDS");
        assertThat(service.get("/api/dashboard/stats-v2", null).statusCode()).isEqualTo(401);
    }

    @Test
    void whatIsPublishedCountsOnceWithinTwoSeconds() throws IOException {
        EventEnvelope sent = envelope(
                "pipeline.message.sent",
                Instant.now(),
                "live",
                "contactId",
                "zoe",
                "messageId",
                "m",
                "channel",
                "email");
        Instant published = Instant.now();
        service.publish(sent);
        service.publish(sent);

        await().until(() -> json("/api/dashboard/stats-v2", "live")
                        .path("kpis")
                        .path("todaySends")
                        .asLong()
                == 1);

        assertThat(Duration.between(published, Instant.now())).isLessThan(Duration.ofSeconds(10));
        assertThat(json("/api/dashboard/stats-v2", "live")
                        .path("kpis")
                        .path("todaySends")
                        .asLong())
                .isEqualTo(1);
    }

    @Test
    void aLiveDashboardHearsOfAChange() {
        CompletableFuture<HttpResponse<String>> heard = CompletableFuture.supplyAsync(
                () -> service.get("/api/dashboard/stats-v2/stream?seconds=6", analyst("listening")));
        // The first answer comes before the message.
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
        service.publish(envelope(
                "pipeline.message.sent",
                Instant.now(),
                "listening",
                "contactId",
                "zoe",
                "messageId",
                "m",
                "channel",
                "sms"));

        assertThat(heard.join().body().lines().filter(line -> line.startsWith("data:")))
                .hasSize(2)
                .first(InstanceOfAssertFactories.STRING)
                .contains("\"todaySends\":0");
        assertThat(heard.join().body()).contains("\"todaySends\":1", "\"automationMethod\":\"sms\"");
    }

    @Test
    void aListenerOfAQuietTenantIsNotCutOff() {
        Map<String, Object> hasty = Map.of("micronaut.server.idle-timeout", "1s", "alum.dashboard.quiet", "300ms");
        try (RunningService own = RunningService.start(hasty)) {
            Instant begin = Instant.now();
            HttpResponse<String> heard =
                    own.get("/api/dashboard/stats-v2/stream?seconds=3", own.token("quiet", Role.ANALYST));

            assertThat(Duration.between(begin, Instant.now())).isGreaterThan(Duration.ofMillis(2_900));
            assertThat(heard.body().lines().filter(line -> line.startsWith("data:")))
                    .hasSize(1);
            assertThat(heard.body().lines().filter(line -> line.startsWith(": ")))
                    .hasSizeGreaterThan(3);
        }
    }

    private static void message(String what, String at, String lead, String campaign) {
        tell(
                "pipeline.message." + what,
                at,
                "contactId",
                lead,
                "messageId",
                lead + at,
                "channel",
                "email",
                "sourceType",
                "campaign",
                "sourceId",
                campaign);
    }

    private static void reply(
            String at, @org.jspecify.annotations.Nullable String lead, String campaign, boolean automatic) {
        tell(
                "inbox.message.received",
                at,
                "contactId",
                lead,
                "threadId",
                "t",
                "messageId",
                "m" + at,
                "autoReply",
                automatic,
                "sourceType",
                "campaign",
                "sourceId",
                campaign);
    }

    private static void tell(String type, String at, @org.jspecify.annotations.Nullable Object... fields) {
        EventEnvelope event = envelope(type, Instant.parse(at), TENANT, fields);
        EVENTS.add(event);
        service.publish(event);
    }

    private static EventEnvelope envelope(
            String type, Instant at, String tenant, @org.jspecify.annotations.Nullable Object... fields) {
        ObjectNode data = EventCodec.mapper().createObjectNode();
        for (int i = 0; i < fields.length; i += 2) {
            data.set((String) fields[i], EventCodec.mapper().valueToTree(fields[i + 1]));
        }
        return new EventEnvelope(
                EventIds.next(),
                type,
                "1.0",
                "test",
                at,
                tenant,
                "c",
                null,
                null,
                new EntityRef("x", "thing"),
                data,
                Map.of());
    }

    private static String refused(String path) {
        HttpResponse<String> answer = service.get(path, analyst(TENANT));
        return answer.statusCode() + " " + answer.body();
    }

    private static JsonNode json(String path, String tenant) throws IOException {
        HttpResponse<String> answer = service.get(path, analyst(tenant));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return EventCodec.mapper().readTree(answer.body());
    }

    private static String analyst(String tenant) {
        return service.token(tenant, Role.ANALYST);
    }
}
