package com.alumoutreach.analytics.validation;

import static com.alumoutreach.analytics.AnalyticsRun.awaitRows;
import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ValidationIT {
    private static final String TENANT = "proven";

    @SuppressWarnings("NullAway.Init")
    private RunningService service;

    private final List<EventEnvelope> sent = new ArrayList<>();

    @BeforeEach
    void publish() {
        service = RunningService.start(
                TestServers.get().newScope(), Map.of("alum.services", "analytics", "alum.validation.patience", "3s"));
        for (int i = 0; i < 20; i++) {
            sent.add(event("pipeline.message.sent", TENANT, Instant.now().minus(Duration.ofHours(i)), "lead-" + i));
        }
        sent.add(event("inbox.message.received", TENANT, Instant.now().minusSeconds(60), "lead-7"));
        sent.forEach(service::publish);
        service.publish(event("pipeline.message.sent", "another", Instant.now(), "lead-1"));
        awaitRows(service, sent.size() + 1);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void figuresOfEventsThatAClientPublishedAreProven() throws IOException {
        JsonNode validation = validate("{}");

        assertThat(validation.path("agreed").asBoolean())
                .as(validation.toPrettyString())
                .isTrue();
        assertThat(validation.path("events").asLong()).isEqualTo(21);
        assertThat(validation.path("foreign").asLong()).isEqualTo(21);
        assertThat(figure(validation, "reply_rate_7d.messaged")
                        .path("clickHouse")
                        .asText())
                .isEqualTo("20");
        assertThat(figure(validation, "replies_requiring_action")
                        .path("postgres")
                        .asText())
                .isEqualTo("1");
    }

    @Test
    void aMomentOfThePastIsProven() throws IOException {
        JsonNode validation = validate("{\"at\": \"" + Instant.now().minus(Duration.ofMinutes(210)) + "\"}");

        assertThat(validation.path("agreed").asBoolean())
                .as(validation.toPrettyString())
                .isTrue();
        assertThat(figure(validation, "reply_rate_7d.messaged").path("replayed").asText())
                .isEqualTo("16");
    }

    @Test
    void anEventThatClickHouseLostIsNamedAlthoughNoFigureMayShowIt() throws IOException {
        EventEnvelope lost = sent.get(3);
        delete(lost);

        JsonNode validation = validate("{}");

        assertThat(validation.path("agreed").asBoolean()).isFalse();
        assertThat(validation.path("missing").findValuesAsText("id"))
                .containsExactly(lost.id().toString());
        assertThat(figure(validation, "reply_rate_7d.messaged").path("agrees").asBoolean())
                .isFalse();
        assertThat(figure(validation, "reply_rate_7d.messaged")
                        .path("clickHouse")
                        .asText())
                .isEqualTo("19");
    }

    @Test
    void anEventThatNobodySaidIsNamed() throws IOException {
        clickHouse()
                .execute("INSERT INTO events (id, type, tenant_id, source, occurred_at, data, stream_position) VALUES"
                        + " ('0190c0de-0000-7000-8000-000000000001', 'outreach.message.sent', '" + TENANT
                        + "', 'analytics-service', now64(3) - INTERVAL 1 HOUR, '{\"contactId\": \"ghost\"}', 5)");

        JsonNode validation = validate("{}");

        assertThat(validation.path("agreed").asBoolean()).isFalse();
        assertThat(validation.path("surplus").findValuesAsText("id"))
                .containsExactly("0190c0de-0000-7000-8000-000000000001");
    }

    @Test
    void whatRetentionTookIsNoDifferenceButWhatLastsIs() throws IOException {
        EventEnvelope old =
                event("pipeline.message.sent", TENANT, Instant.now().minus(Duration.ofDays(100)), "lead-old");
        EventEnvelope lasting =
                event("contact.created", TENANT, Instant.now().minus(Duration.ofDays(100)), "lead-lasting");
        try (RunningService forgetful = RunningService.start(
                service.servers(),
                Map.of(
                        "alum.services",
                        "analytics",
                        "alum.validation.patience",
                        "1s",
                        "alum.clickhouse.retention",
                        "90d"))) {
            service.publish(old);
            service.publish(lasting);
            Awaitility.await().until(() -> archived(lasting));
            // As ClickHouse does at its next merge, if it has not by now.
            delete(old);
            JsonNode without = validate(forgetful);
            assertThat(without.path("agreed").asBoolean())
                    .as(without.toPrettyString())
                    .isTrue();

            delete(lasting);
            assertThat(validate(forgetful).path("missing").findValuesAsText("id"))
                    .containsExactly(lasting.id().toString());
        }
    }

    @Test
    void whatCameByAnEarlierStreamIsCountedAsUnproven() throws Exception {
        try (Connection nats = Nats.connect(service.servers().natsUrl())) {
            nats.jetStreamManagement().deleteStream("ALUM_EVENTS");
            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> nats.jetStreamManagement().getStreamNames().contains("ALUM_EVENTS"));
        }
        service.publish(event("pipeline.message.sent", TENANT, Instant.now(), "lead-new"));
        awaitRows(service, sent.size() + 2);

        JsonNode validation = validate("{}");

        assertThat(validation.path("agreed").asBoolean())
                .as(validation.toPrettyString())
                .isTrue();
        assertThat(validation.path("unproven").asLong()).isEqualTo(21);
        assertThat(validation.path("events").asLong()).isEqualTo(22);
    }

    @Test
    void moreEventsThanThereIsMemoryForAreRefused() {
        try (RunningService small = RunningService.start(
                service.servers(), Map.of("alum.services", "analytics", "alum.validation.most-events", "20"))) {
            HttpResponse<String> answer =
                    small.post("/api/analytics/validations", "{}", small.token(TENANT, Role.ANALYST));

            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body()).contains("TOO_MANY_EVENTS", "21 events");
        }
    }

    @Test
    void aNightProvesAllTenantsThatAnythingHappenedTo() {
        HttpResponse<String> begun =
                service.post("/api/analytics/reconciliations", "{}", service.token(Caller.PLATFORM_TENANT, Role.ADMIN));
        assertThat(begun.statusCode()).isEqualTo(202);

        Awaitility.await().untilAsserted(() -> {
            service.context().getBean(BackgroundWorks.class).wake("analytics-validations");
            assertThat(service.messages("ALUM_EVENTS", "analytics.validation.completed"))
                    .anySatisfy(message -> assertThat(new String(message.getData(), StandardCharsets.UTF_8))
                            .contains("\"agreed\":true", "\"tenantId\":\"" + TENANT + "\""));
        });
    }

    @Test
    void theFutureIsRefusedAndSoIsATimeThatNoEventCanHave() {
        for (String at : List.of("2999-01-01T00:00:00Z", "-999999999-01-01T00:00:00Z")) {
            HttpResponse<String> answer =
                    service.post("/api/analytics/validations", "{\"at\": \"" + at + "\"}", token());

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("INVALID_TIME");
        }
    }

    private boolean archived(EventEnvelope event) {
        return !clickHouse()
                .query("SELECT id FROM events WHERE id = '" + event.id() + "'", Map.of())
                .isEmpty();
    }

    private void delete(EventEnvelope event) {
        clickHouse().execute("ALTER TABLE events DELETE WHERE id = '" + event.id() + "' SETTINGS mutations_sync = 2");
    }

    private static JsonNode validate(RunningService service) throws IOException {
        return EventCodec.mapper()
                .readTree(service.post("/api/analytics/validations", "{}", service.token(TENANT, Role.ANALYST))
                        .body());
    }

    private JsonNode validate(String body) throws IOException {
        HttpResponse<String> answer = service.post("/api/analytics/validations", body, token());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return EventCodec.mapper().readTree(answer.body());
    }

    private static JsonNode figure(JsonNode validation, String name) {
        for (JsonNode figure : validation.path("figures")) {
            if (figure.path("name").asText().equals(name)) {
                return figure;
            }
        }
        throw new AssertionError("no figure " + name);
    }

    private ClickHouse clickHouse() {
        return service.context().getBean(ClickHouse.class);
    }

    private String token() {
        return service.token(TENANT, Role.ANALYST);
    }

    private static EventEnvelope event(String type, String tenant, Instant at, String lead) {
        return new EventEnvelope(
                EventIds.next(),
                type,
                "1.0",
                "another-make",
                at,
                tenant,
                "c",
                null,
                null,
                null,
                EventCodec.mapper().createObjectNode().put("contactId", lead).put("channel", "email"),
                Map.of());
    }
}
