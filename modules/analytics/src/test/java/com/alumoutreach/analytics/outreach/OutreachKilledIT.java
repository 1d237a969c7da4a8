package com.alumoutreach.analytics.outreach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.analytics.AnalyticsApplication;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.ServiceProcess;
import com.alumoutreach.backbone.testing.TestToken;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutreachKilledIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TENANT = "killed";
    private static final int LINES = 30_000;

    private final ServerAddresses servers = TestServers.get().newScope();

    @Test
    void aServiceThatDiesInTheMiddleOfARequestHasEveryLineOnceAfterItsRepetition() throws Exception {
        String body = IntStream.range(0, LINES)
                .mapToObj(i -> "{\"id\":\"" + EventIds.next()
                        + "\",\"event_type\":\"message_sent\",\"event_timestamp\":\"2026-01-27T10:00:00Z\"}")
                .collect(Collectors.joining("\n"));
        try (ServiceProcess service = ServiceProcess.start(AnalyticsApplication.class, servers, Map.of());
                HttpClient client = HttpClient.newHttpClient()) {
            service.awaitReady();
            CompletableFuture<HttpResponse<String>> first =
                    client.sendAsync(request(service, body), BodyHandlers.ofString());
            await("some chunks are committed").atMost(PATIENCE).until(() -> logged() >= 4_000);
            service.killAndStartAgain();
            assertThat(first).failsWithin(PATIENCE);
            long before = logged();
            assertThat(before).isLessThan(LINES);
            service.awaitReady();

            JsonNode report = EventCodec.mapper()
                    .readTree(client.send(request(service, body), BodyHandlers.ofString())
                            .body());

            assertThat(report.get("duplicates").longValue()).isEqualTo(before);
            assertThat(report.get("accepted").longValue()).isEqualTo(LINES - before);
            assertThat(logged()).isEqualTo(LINES);
            await("every event is archived").atMost(PATIENCE).until(() -> archived(service) == LINES);
        }
    }

    private static HttpRequest request(ServiceProcess service, String body) {
        return HttpRequest.newBuilder(URI.create(service.url() + "/api/outreach-events"))
                .header("Authorization", "Bearer " + TestToken.of(TENANT, Role.OPERATOR))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private long logged() throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        servers.postgresUrl(), servers.postgresUser(), servers.postgresPassword());
                ResultSet rows =
                        connection.createStatement().executeQuery("SELECT count(*) FROM analytics.system_events")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static long archived(ServiceProcess service) throws IOException {
        return EventCodec.mapper()
                .readTree(service.send("GET", "/api/analytics/events/counts", null, TestToken.of(TENANT, Role.ANALYST))
                        .body())
                .path("total")
                .longValue();
    }
}
