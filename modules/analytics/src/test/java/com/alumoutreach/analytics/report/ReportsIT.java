package com.alumoutreach.analytics.report;

import static com.alumoutreach.analytics.AnalyticsRun.number;
import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.ingesting.EventArchive;
import com.alumoutreach.backbone.consuming.RawBatchHandler.ArchivedEvent;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * November 2025 of one tenant. Campaign spring: leads 1, 2, 4 and 5 are sent to, lead 3 fails, 4 bounces, 5 complains and leaves. Campaign
 * summer: lead 1 again. What each line changes stands beside it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportsIT {
    private static final String NOVEMBER = "?from=2025-11-01T00:00:00Z&to=2025-12-01T00:00:00Z";
    private final List<EventEnvelope> events = new ArrayList<>();
    private RunningService service;

    @BeforeAll
    void tell() {
        service = AnalyticsRun.start();
        tell("2025-11-01T08:00:00Z", "campaign.created", "campaignId", "spring", "name", "Sprng", "segmentId", "seg");
        tell("2025-11-01T09:00:00Z", "campaign.started", "campaignId", "spring", "name", "Spring", "segmentId", "seg");
        tell("2025-11-01T09:00:00Z", "campaign.started", "campaignId", "summer", "name", "Summer", "segmentId", "seg");
        tell("2025-11-01T07:00:00Z", "segment.created", "segmentId", "seg", "name", "Alumni");
        for (int lead : List.of(1, 2, 3, 4)) {
            message("2025-11-03T09:00:00Z", "queued", "spring", "m" + lead, "lead-" + lead);
        }
        // Before the lead's first message: a reply to nothing.
        tell("2025-11-02T10:00:00Z", "inbox.message.received", "contactId", "lead-5", "threadId", "t");
        for (int lead : List.of(1, 2, 4, 5)) {
            message("2025-11-03T10:0" + lead + ":00Z", "sent", "spring", "m" + lead, "lead-" + lead);
        }
        message("2025-11-03T10:03:00Z", "failed", "spring", "m3", "lead-3");
        message("2025-11-03T10:11:00Z", "delivered", "spring", "m1", "lead-1");
        message("2025-11-03T10:12:00Z", "delivered", "spring", "m2", "lead-2");
        message("2025-11-03T10:14:00Z", "bounced", "spring", "m4", "lead-4");
        // One message opened twice, once by a machine; the other by a machine alone.
        message("2025-11-03T11:00:00Z", "opened", "spring", "m1", "lead-1", "automatic", "true");
        message("2025-11-03T11:01:00Z", "opened", "spring", "m1", "lead-1");
        message("2025-11-03T11:02:00Z", "opened", "spring", "m1", "lead-1");
        message("2025-11-03T11:03:00Z", "opened", "spring", "m2", "lead-2", "automatic", "true");
        message("2025-11-03T11:04:00Z", "clicked", "spring", "m1", "lead-1");
        message("2025-11-03T11:05:00Z", "complained", "spring", "m5", "lead-5");
        // Says of no campaign; belongs to the last message before it.
        tell("2025-11-04T10:00:00Z", "inbox.message.received", "contactId", "lead-1", "threadId", "t");
        tell(
                "2025-11-04T11:00:00Z",
                "inbox.message.received",
                "contactId",
                "lead-2",
                "threadId",
                "t",
                "autoReply",
                "true");
        tell(
                "2025-11-05T10:00:00Z",
                "contact.consent.revoked",
                "contactId",
                "lead-5",
                "channel",
                "email",
                "source",
                "one-click");
        tell(
                "2025-11-05T10:00:00Z",
                "contact.consent.revoked",
                "contactId",
                "lead-2",
                "channel",
                "email",
                "source",
                "import");
        message("2025-11-10T10:00:00Z", "sent", "summer", "m6", "lead-1");
        tell("2025-11-11T10:00:00Z", "inbox.message.received", "contactId", "lead-1", "threadId", "t");
        tell(
                "2025-11-12T10:05:00Z",
                "inbox.message.received",
                "contactId",
                "lead-2",
                "threadId",
                "t",
                "sourceType",
                "campaign",
                "sourceId",
                "spring");
        // Another time, and another tenant.
        message("2025-12-01T00:00:00Z", "sent", "spring", "m7", "lead-7");
        events.add(event(
                "other",
                "2025-11-03T10:00:00Z",
                "pipeline.message.sent",
                data("campaignId", "spring", "contactId", "x")));
        // The clocks of Berlin: 02:30 twice on October 26th, which has 25 hours.
        for (String at : List.of(
                "2025-10-25T21:59:59.999Z",
                "2025-10-25T22:00:00Z",
                "2025-10-26T00:30:00Z",
                "2025-10-26T01:30:00Z",
                "2025-10-26T22:59:59.999Z",
                "2025-10-26T23:00:00Z")) {
            events.add(event("berlin", at, "outreach.message.sent", data("contactId", "x")));
        }
        events.add(
                event("berlin", "2025-01-01T00:00:00Z", "sender.settings.updated", data("timeZone", "Europe/Berlin")));
        events.add(event("tokyo", "2025-01-01T00:00:00Z", "sender.settings.updated", data("timeZone", "Japan")));
        events.add(event(
                "later", "2025-06-01T08:00:00Z", "campaign.started", data("campaignId", "june", "segmentId", "seg")));
        // Messages a, b and c of one day, d and e of the next; what became of them all on the next.
        for (String sent : List.of("1a", "1b", "1c", "2d", "2e")) {
            about("2025-06-0" + sent.charAt(0) + "T09:00:00Z", "sent", sent.substring(1));
        }
        for (String what : List.of(
                "opened a",
                "opened b",
                "opened c",
                "opened d",
                "opened d",
                "delivered a",
                "delivered d",
                "clicked a",
                "clicked e",
                "bounced b",
                "complained c")) {
            about("2025-06-02T10:00:00Z", what.substring(0, what.length() - 2), what.substring(what.length() - 1));
        }
        // Of automations outside: names are told by messages; of the second, by its own event as well.
        for (String name : List.of("Spring", "Autumn")) {
            for (String campaign : List.of("first", "second")) {
                ObjectNode sent = data("contactId", name, "campaignId", campaign, "campaignName", name);
                events.add(event("outside", "2025-11-03T10:00:00Z", "outreach.message.sent", sent));
            }
        }
        events.add(event(
                "outside",
                "2025-11-04T10:00:00Z",
                "outreach.campaign.paused",
                data("campaignId", "second", "campaignName", "Early")));
        List<ArchivedEvent> batch = new ArrayList<>();
        events.forEach(event -> batch.add(new ArchivedEvent(event, batch.size() + 1, 1, null)));
        AnalyticsRun.archive(service.context().getBean(EventArchive.class), batch);
        assertThat(AnalyticsRun.rows(service)).isEqualTo(events.size());
        twice();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void campaigns() {
        JsonNode report = get("/api/analytics/reports/campaigns" + NOVEMBER);

        assertThat(report.path("rows")).hasSize(2);
        JsonNode spring = report.at("/rows/0");
        assertThat(spring.path("id").textValue()).isEqualTo("spring");
        assertThat(spring.path("name").textValue()).isEqualTo("Spring");
        assertFigures(spring, "4 4 4 2 1 2 1 0 2 2 1 1 1 1");
        assertRates(spring, "0.5 0.25 0.25 0.25 0.25 0.2 0.5 0.25");
        JsonNode summer = report.at("/rows/1");
        assertThat(summer.path("id").textValue()).isEqualTo("summer");
        assertFigures(summer, "0 1 1 0 0 0 0 0 1 1 0 0 0 0");
        assertRates(summer, "0 0 0 0 0 0 1 0");
        assertThat(report.path("lastEventAt").textValue()).isEqualTo("2025-12-01T00:00:00Z");
        assertThat(Instant.parse(report.path("asOf").textValue()))
                .isAfter(Instant.now().minusSeconds(60));
    }

    @Test
    void otherDimensionsHaveTheSameMessages() {
        for (String by : List.of("templates", "senders", "providers")) {
            JsonNode rows = get("/api/analytics/reports/" + by + NOVEMBER).path("rows");
            assertThat(rows).as(by).hasSize(2);
            assertThat(rows.at("/0/id").textValue()).isEqualTo(by + "-of-spring");
            assertFigures(rows.get(0), "4 4 4 2 1 2 1 0 2 2 1 1 1 1");
            assertFigures(rows.get(1), "0 1 1 0 0 0 0 0 1 1 0 0 0 0");
        }
        JsonNode segment = get("/api/analytics/reports/segments" + NOVEMBER).path("rows");
        assertThat(segment).hasSize(1);
        assertThat(segment.at("/0/name").textValue()).isEqualTo("Alumni");
        // Lead 1 is one lead, with two replies.
        assertFigures(segment.get(0), "4 5 4 2 1 2 1 0 3 2 1 1 1 1");
        assertThat(get("/api/analytics/reports/sequences" + NOVEMBER).path("rows"))
                .isEmpty();
    }

    @Test
    void aFunnelCountsLeads() {
        JsonNode rows = get("/api/analytics/reports/funnel" + NOVEMBER).path("rows");

        assertThat(rows).hasSize(2);
        assertThat(stages(rows.get(0))).isEqualTo("4 4 2 1 1 2");
        assertThat(stages(rows.get(1))).isEqualTo("0 1 0 0 0 1");
    }

    @Test
    void cohortsAreByTheFirstMessageOfAll() {
        JsonNode cohorts =
                get("/api/analytics/reports/cohorts?from=2025-11-05T00:00:00Z&to=2025-11-17T00:00:00Z&tz=UTC")
                        .path("cohorts");

        assertThat(cohorts).hasSize(2);
        assertThat(cohorts.at("/0/week").textValue()).isEqualTo("2025-11-03");
        assertThat(cohorts.at("/0/leads").longValue()).isEqualTo(4);
        // Lead 1 after a day, lead 2 after nine and three minutes; lead 5 replied before, and lead 1 is no lead of the
        // second week.
        assertThat(within(cohorts.get(0))).isEqualTo("1 2 2 2");
        assertThat(cohorts.at("/0/replied/1/rate").doubleValue()).isEqualTo(0.5);
        assertThat(cohorts.at("/0/replied/3/over").booleanValue())
                .isEqualTo(Instant.now().isAfter(Instant.parse("2026-01-05T00:00:00Z")));
        assertThat(cohorts.at("/1/leads").longValue()).isZero();
        assertThat(within(cohorts.get(1))).isEqualTo("0 0 0 0");
    }

    @Test
    void seriesKeepToTheClocksOfAZone() {
        String berlin = service.token("berlin", Role.ANALYST);
        JsonNode days = get(
                "/api/analytics/series?event=message_sent&from=2025-10-24T22:00:00Z&to=2025-10-27T22:00:00Z", berlin);
        assertThat(days.path("timeZone").textValue()).isEqualTo("Europe/Berlin");
        assertThat(points(days))
                .isEqualTo("2025-10-25T00:00+02:00=1 2025-10-26T00:00+02:00=4 2025-10-27T00:00+01:00=1");
        JsonNode hours = get(
                "/api/analytics/series?event=outreach.message.sent&by=hour&from=2025-10-25T23:00:00Z&to=2025-10-26T02:00:00Z",
                berlin);
        assertThat(points(hours))
                .isEqualTo("2025-10-26T01:00+02:00=0 2025-10-26T02:00+02:00=1 2025-10-26T02:00+01:00=1");
        assertThat(points(get(
                        "/api/analytics/series?event=message_sent&by=week&from=2025-10-20T12:00:00Z&to=2025-10-28T00:00:00Z",
                        berlin)))
                .isEqualTo("2025-10-20T00:00+02:00=5 2025-10-27T00:00+01:00=1");
        assertThat(points(get(
                        "/api/analytics/series?event=message_sent&by=month&tz=UTC&from=2025-10-01T00:00:00Z&to=2025-11-01T00:00:00Z",
                        berlin)))
                .isEqualTo("2025-10-01T00:00Z=6");
        assertThat(
                        points(
                                get(
                                        "/api/analytics/series?event=pipeline.message.sent&by=month&campaignId=summer&from=2025-11-01T00:00:00Z&to=2025-12-02T00:00:00Z")))
                .isEqualTo("2025-11-01T00:00Z=1 2025-12-01T00:00Z=0");
    }

    @Test
    void ratesAreOfTheMessagesThatWereSentInThatTime() {
        String later = service.token("later", Role.ANALYST);
        for (String by : List.of("campaigns", "templates", "segments")) {
            JsonNode row = get(
                            "/api/analytics/reports/" + by + "?from=2025-06-02T00:00:00Z&to=2025-06-03T00:00:00Z",
                            later)
                    .at("/rows/0");

            // All that was opened that day counts, but only d was also sent that day.
            assertThat(row.path("sent").longValue()).as(by).isEqualTo(2);
            assertThat(row.path("opened").longValue()).isEqualTo(4);
            assertRates(row, "0.5 0.5 0.5 0 0 0 0 0");
        }
        JsonNode before = get(
                        "/api/analytics/reports/campaigns?from=2025-06-02T09:30:00Z&to=2025-06-03T00:00:00Z", later)
                .at("/rows/0");
        assertThat(before.path("opened").longValue()).isEqualTo(4);
        assertRates(before, "0 0 0 0 0 0 0 0");
    }

    @Test
    void aCampaignOfAnAutomationOutsideHasTheNameThatTheDashboardShows() {
        String outside = service.token("outside", Role.ANALYST);

        for (String report : List.of("campaigns", "funnel")) {
            assertThat(get("/api/analytics/reports/" + report + NOVEMBER, outside)
                            .path("rows")
                            .findValuesAsText("name"))
                    .containsExactly("Spring", "Early");
        }
        assertThat(get("/api/dashboard/stats-v2?at=2025-11-05T00:00:00Z", outside)
                        .path("campaignSnapshots")
                        .findValuesAsText("name"))
                .containsExactlyInAnyOrder("Spring", "Early");
    }

    @Test
    void aZoneThatFiguresDoNotKnowIsUtcForAllOfThem() {
        String tokyo = service.token("tokyo", Role.ANALYST);

        assertThat(get("/api/analytics/series?event=message_sent", tokyo)
                        .path("timeZone")
                        .textValue())
                .isEqualTo("UTC");
        assertThat(get("/api/analytics/reports/cohorts", tokyo).path("timeZone").textValue())
                .isEqualTo("UTC");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThat(code("/api/analytics/reports/weather", 404)).isEqualTo("REPORT_NOT_FOUND");
        assertThat(code("/api/analytics/reports/campaigns?from=2025-01-02T00:00:00Z&to=2025-01-01T00:00:00Z", 400))
                .isEqualTo("INVALID_RANGE");
        String longAgo = "?event=message_sent&from=-999999999-01-01T00:00:00Z&to=-999999998-01-01T00:00:00Z";
        for (String report : List.of("reports/campaigns", "reports/funnel", "reports/cohorts", "series")) {
            assertThat(code("/api/analytics/" + report + longAgo, 400)).isEqualTo("INVALID_RANGE");
        }
        assertThat(code("/api/analytics/reports/campaigns?to=-1000000000-01-01T00:00:00Z", 400))
                .isEqualTo("INVALID_RANGE");
        assertThat(get("/api/analytics/reports/campaigns?from=1900-01-01T00:00:00Z&to=1905-01-01T00:00:00Z")
                        .path("rows"))
                .isEmpty();
        assertThat(code("/api/analytics/series?event=message_sent&by=fortnight", 400))
                .isEqualTo("INVALID_INTERVAL");
        assertThat(code("/api/analytics/series?event=message_sent'", 400)).isEqualTo("UNKNOWN_EVENT_TYPE");
        assertThat(code("/api/analytics/series?event=message_sent&tz=Mars", 400))
                .isEqualTo("INVALID_TIME_ZONE");
        assertThat(code(
                        "/api/analytics/series?event=message_sent&by=hour&from=2020-01-01T00:00:00Z&to=2025-01-01T00:00:00Z",
                        400))
                .isEqualTo("TOO_MANY_POINTS");
        assertThat(service.get("/api/analytics/reports/campaigns", null).statusCode())
                .isEqualTo(401);
        String stranger = service.token("stranger", Role.ANALYST);
        JsonNode empty = get("/api/analytics/reports/segments" + NOVEMBER, stranger);
        assertThat(empty.path("rows")).isEmpty();
        assertThat(empty.path("lastEventAt").isNull()).isTrue();
    }

    /** In the order of the report: queued, sent, leads, delivered, opened, by machines, clicked, by machines, replies, replied, … */
    private static void assertFigures(JsonNode row, String expected) {
        List<String> found = new ArrayList<>();
        row.forEach(value -> {
            if (value.isIntegralNumber()) {
                found.add(value.asText());
            }
        });
        assertThat(String.join(" ", found)).as(row.toString()).isEqualTo(expected);
    }

    private static void assertRates(JsonNode row, String expected) {
        List<Double> found = new ArrayList<>();
        row.path("rates").forEach(rate -> found.add(rate.doubleValue()));
        assertThat(found)
                .containsExactlyElementsOf(
                        Arrays.stream(expected.split(" ")).map(Double::valueOf).toList());
    }

    private static String stages(JsonNode row) {
        List<String> found = new ArrayList<>();
        for (String stage : List.of("queued", "sent", "delivered", "opened", "clicked", "replied")) {
            found.add(row.path(stage).asText());
        }
        return String.join(" ", found);
    }

    private static String within(JsonNode cohort) {
        List<String> found = new ArrayList<>();
        cohort.path("replied").forEach(weeks -> found.add(weeks.path("leads").asText()));
        return String.join(" ", found);
    }

    private static String points(JsonNode series) {
        List<String> found = new ArrayList<>();
        series.path("points")
                .forEach(point ->
                        found.add(OffsetDateTime.parse(point.path("start").textValue()) + "="
                                + point.path("events").asText()));
        return String.join(" ", found);
    }

    /** Every row a second time, as after two writers fought. */
    private void twice() {
        ClickHouse clickHouse = service.context().getBean(ClickHouse.class);
        clickHouse.query("SYSTEM STOP MERGES events", Map.of());
        clickHouse.query("INSERT INTO events SELECT * FROM events", Map.of());
        assertThat(number(service, "SELECT toInt64(count()) AS n FROM events")).isEqualTo(2L * events.size());
    }

    private void message(String at, String what, String campaign, String message, String lead, String... more) {
        ObjectNode data = data(
                "messageId",
                message,
                "channel",
                "email",
                "contactId",
                lead,
                "sourceType",
                "campaign",
                "sourceId",
                campaign,
                "templateId",
                "templates-of-" + campaign,
                "provider",
                "providers-of-" + campaign,
                "senderId",
                "senders-of-" + campaign);
        data.setAll(data(more));
        events.add(event("house", at, "pipeline.message." + what, data));
    }

    private void about(String at, String what, String message) {
        events.add(event(
                "later",
                at,
                "pipeline.message." + what,
                data("messageId", message, "contactId", "lead-" + message, "campaignId", "june", "templateId", "t")));
    }

    private void tell(String at, String type, String... data) {
        events.add(event("house", at, type, data(data)));
    }

    /** Names and values in turn; true is true. */
    private static ObjectNode data(String... fields) {
        ObjectNode data = EventCodec.mapper().createObjectNode();
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i + 1].equals("true")) {
                data.put(fields[i], true);
            } else {
                data.put(fields[i], fields[i + 1]);
            }
        }
        return data;
    }

    private static EventEnvelope event(String tenant, String at, String type, ObjectNode data) {
        return new EventEnvelope(
                EventIds.next(),
                type,
                "1.0",
                "test-service",
                Instant.parse(at),
                tenant,
                "c",
                null,
                null,
                null,
                data,
                Map.of());
    }

    private JsonNode get(String path) {
        return get(path, service.token("house", Role.ANALYST));
    }

    private JsonNode get(String path, String token) {
        return json(service.get(path, token), 200);
    }

    private String code(String path, int status) {
        return json(service.get(path.replace("'", "%27"), service.token("house", Role.ANALYST)), status)
                .path("code")
                .textValue();
    }

    private static JsonNode json(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
