package com.alumoutreach.analytics.figure;

import static com.alumoutreach.analytics.AnalyticsRun.awaitRows;
import static com.alumoutreach.analytics.AnalyticsRun.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiguresIT {
    @Test
    void countsWhatTheCallersTenantSentToday() throws IOException {
        try (RunningService service = AnalyticsRun.start()) {
            service.publish(event("pipeline.message.sent", "tenant-a"));
            service.publish(event("pipeline.message.sent", "tenant-a"));
            service.publish(event("pipeline.message.queued", "tenant-a"));
            service.publish(event("pipeline.message.sent", "tenant-b"));
            service.publish(event(
                    EventIds.next(),
                    "pipeline.message.sent",
                    "tenant-a",
                    Instant.now().minus(Duration.ofDays(2))));
            awaitRows(service, 5);

            JsonNode today = json(service.get("/api/analytics/messages-sent-today?tz=UTC", analyst(service)));
            JsonNode counts = json(service.get("/api/analytics/events/counts", analyst(service)));

            assertThat(today.path("messagesSent").asLong()).isEqualTo(2);
            assertThat(counts.path("total").asLong()).isEqualTo(4);
            assertThat(counts.path("counts").path(0).path("type").asText()).isEqualTo("pipeline.message.sent");
            assertThat(counts.path("counts").path(0).path("count").asLong()).isEqualTo(3);
        }
    }

    @Test
    void todayIsTheTenantsOwnAsOnTheDashboard() throws IOException {
        try (RunningService service = AnalyticsRun.start()) {
            Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            // Where it is not the same day as in UTC.
            ZoneId zone =
                    ZoneId.of(now.atZone(ZoneOffset.UTC).getHour() >= 10 ? "Pacific/Kiritimati" : "Pacific/Pago_Pago");
            Instant midnight = now.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
            service.publish(zoned("sender.settings.updated", "tenant-a", midnight.minus(Duration.ofDays(1)), zone));
            service.publish(event(EventIds.next(), "pipeline.message.sent", "tenant-a", midnight.minusMillis(1)));
            service.publish(event(EventIds.next(), "pipeline.message.sent", "tenant-a", midnight));
            service.publish(event(EventIds.next(), "outreach.message.sent", "tenant-a", now));
            service.publish(
                    event(EventIds.next(), "pipeline.message.sent", "tenant-a", now.plus(Duration.ofMinutes(10))));
            awaitRows(service, 5);

            HttpResponse<String> answer = service.get("/api/analytics/messages-sent-today", analyst(service));
            JsonNode today = json(answer);
            JsonNode dashboard = json(service.get("/api/dashboard/stats-v2", analyst(service)));
            HttpResponse<String> counts = service.get("/api/analytics/events/counts", analyst(service));

            assertThat(today.path("timeZone").asText()).isEqualTo(zone.getId());
            assertThat(today.path("messagesSent").asLong()).isEqualTo(2);
            assertThat(dashboard.path("kpis").path("todaySends").asLong()).isEqualTo(2);
            for (HttpResponse<String> fresh : List.of(answer, counts)) {
                assertThat(Instant.parse(
                                fresh.headers().firstValue("Alum-As-Of").orElseThrow()))
                        .isAfterOrEqualTo(now);
                assertThat(fresh.headers().firstValue("Alum-Last-Event-At")).contains(now.toString());
            }
        }
    }

    private static EventEnvelope zoned(String type, String tenant, Instant at, ZoneId zone) {
        EventEnvelope event = AnalyticsRun.event(EventIds.next(), type, tenant, at);
        event.data().put("timeZone", zone.getId());
        return event;
    }

    @Test
    void refusesAnUnknownTimeZoneAndAStranger() {
        try (RunningService service = AnalyticsRun.start()) {
            HttpResponse<String> unknown = service.get("/api/analytics/messages-sent-today?tz=Mars", analyst(service));

            assertThat(unknown.statusCode()).isEqualTo(400);
            assertThat(unknown.body()).contains("INVALID_TIME_ZONE");
            assertThat(service.get("/api/analytics/events/counts", null).statusCode())
                    .isEqualTo(401);
        }
    }

    private static String analyst(RunningService service) {
        return service.token("tenant-a", Role.ANALYST);
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).isEqualTo(200);
        return EventCodec.mapper().readTree(answer.body());
    }

    @Test
    void withoutClickHouseAFigureIsRefusedAndTheServiceIsReady() {
        try (RunningService service = RunningService.start(Map.of("clickhouse.url", "http://127.0.0.1:1"))) {
            var answer = service.get("/api/analytics/events/counts", service.token("away", Role.ANALYST));

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("ANALYTICS_UNAVAILABLE");
            assertThat(service.get("/health/readiness", null).statusCode()).isEqualTo(200);
            assertThat(service.get("/health", null).body()).contains("clickhouse", "DOWN");
        }
    }
}
