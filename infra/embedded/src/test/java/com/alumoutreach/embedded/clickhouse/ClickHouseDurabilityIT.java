package com.alumoutreach.embedded.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a dead endpoint leaves behind. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClickHouseDurabilityIT {
    @Test
    void endpointDiesRightAfterAnInsertIsAnswered() throws IOException {
        try (EndpointProcess endpoint = EndpointProcess.start()) {
            endpoint.ask("CREATE DATABASE events");
            endpoint.ask("CREATE TABLE events.raw (n UInt32, text String) ENGINE = MergeTree ORDER BY n");
            endpoint.ask("CREATE TABLE seen (n UInt32) ENGINE = ReplacingMergeTree ORDER BY n");
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 20; i++) {
                    int n = round * 20 + i;
                    endpoint.ask("INSERT INTO events.raw VALUES (" + n + ", 'text " + n + "')");
                    endpoint.ask("INSERT INTO seen FORMAT JSONEachRow\n{\"n\":" + n + "}");
                }
                HttpRequest.Builder bulk = endpoint.request(
                        "INSERT INTO events.raw (n, text) FORMAT RowBinary", Map.of("database", "events"));
                assertThat(endpoint.send(bulk.POST(HttpRequest.BodyPublishers.ofByteArray(AwkwardRows.rowBinary())))
                                .statusCode())
                        .isEqualTo(200);
                endpoint.killAndRestart();
                int before = (round + 1) * 20;
                assertThat(endpoint.ask("SELECT count() FROM events.raw"))
                        .isEqualTo(String.valueOf(before + (round + 1) * AwkwardRows.COUNT));
                assertThat(endpoint.ask("SELECT count(), sum(n) FROM seen FINAL"))
                        .isEqualTo(before + "\t" + (before * (before - 1) / 2));
            }
        }
    }

    @Test
    void stopsCleanlyWhenAskedTo() throws IOException {
        try (EndpointProcess endpoint = EndpointProcess.start()) {
            endpoint.ask("CREATE TABLE kept (n UInt32) ENGINE = MergeTree ORDER BY n");
            endpoint.ask("INSERT INTO kept VALUES (1)");
            // 128 + SIGTERM: the JVM's own way out, not a crash in the engine
            assertThat(endpoint.stop()).isEqualTo(143);
            endpoint.killAndRestart();
            assertThat(endpoint.ask("SELECT n FROM kept")).isEqualTo("1");
        }
    }
}
