package com.alumoutreach.analytics.generating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.clickhouse.client.api.query.GenericRecord;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A history over the API and one that is written straight into ClickHouse are the same history. */
class GeneratedHistoryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TENANT = "generated";
    private static final String COLUMNS = "toString(type) AS type, tenant_id, toString(source) AS source,"
            + " toString(version) AS version, toString(occurred_at) AS occurred_at, entity_id,"
            + " toString(entity_type) AS entity_type, contact_id, campaign_id, sequence_id, segment_id, template_id, message_id,"
            + " sender_id, toString(channel) AS channel, toString(provider) AS provider,"
            + " toString(classification) AS classification, toInt64(automatic) AS automatic,"
            + " toInt64(message_number) AS message_number, toString(due_at) AS due_at, name, extensions";

    @Test
    void bothWaysLeadToTheSameRows() throws IOException, InterruptedException {
        List<GeneratedEvent> events = new EventGenerator(
                        new EventGenerator.Plan(TENANT, 1, 7, 1, Instant.parse("2026-01-27T10:00:00Z")))
                .events()
                .toList();
        try (RunningService service = AnalyticsRun.start()) {
            String body = events.stream().map(GeneratedEvent::line).collect(Collectors.joining("\n"));
            for (String outcome : List.of("{\"accepted\":%d,\"duplicates\":0,", "{\"accepted\":0,\"duplicates\":%d,")) {
                assertThat(service.post(
                                        "/api/outreach-events",
                                        body,
                                        "application/x-ndjson",
                                        service.token(TENANT, Role.OPERATOR))
                                .body())
                        .startsWith(outcome.formatted(events.size()))
                        .contains("\"failed\":0");
            }
            await().atMost(PATIENCE).until(() -> AnalyticsRun.rows(service) == events.size());
            Map<UUID, Map<String, Object>> told = rows(service);

            post(service, "TRUNCATE TABLE events", new byte[0]);
            EventRows rows = new EventRows();
            events.forEach(event -> rows.add(TENANT, event));
            assertThat(rows.count()).isEqualTo(events.size());
            post(service, EventRows.INSERT, rows.take());

            assertThat(rows(service)).isEqualTo(told);
        }
    }

    private static Map<UUID, Map<String, Object>> rows(RunningService service) {
        Map<UUID, Map<String, Object>> rows = new HashMap<>();
        for (GenericRecord row : service.context()
                .getBean(ClickHouse.class)
                .query("SELECT id, data, " + COLUMNS + " FROM events", Map.of())) {
            Map<String, Object> values = new HashMap<>(row.getValues());
            values.put("data", json(row.getString("data")));
            rows.put(row.getUUID("id"), values);
        }
        return rows;
    }

    private static void post(RunningService service, String statement, byte[] body)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(service.servers().clickhouseUrl() + "/?database="
                                    + service.servers().clickhouseDatabase() + "&query="
                                    + URLEncoder.encode(statement, StandardCharsets.UTF_8)))
                            .header("X-ClickHouse-User", service.servers().clickhouseUser())
                            .header("X-ClickHouse-Key", service.servers().clickhousePassword())
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    private static JsonNode json(String data) {
        try {
            return EventCodec.mapper().readTree(data);
        } catch (JsonProcessingException e) {
            throw new AssertionError(data, e);
        }
    }
}
