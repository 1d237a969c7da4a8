package com.alumoutreach.embedded.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Inserts and tables over plain HTTP. */
class ClickHouseInsertIT {
    private static EndpointProcess endpoint;

    @BeforeAll
    static void start() {
        endpoint = EndpointProcess.start();
    }

    @AfterAll
    static void stop() {
        endpoint.close();
    }

    @Test
    void insertsRowBinaryBodiesByteForByte() {
        endpoint.ask(AwkwardRows.table("binary_rows"));
        byte[] rows = AwkwardRows.rowBinary();
        HttpResponse<byte[]> answer =
                endpoint.send(endpoint.request("INSERT INTO binary_rows (n, text) FORMAT RowBinary", Map.of())
                        .POST(HttpRequest.BodyPublishers.ofByteArray(rows)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-ClickHouse-Summary").orElseThrow())
                .contains("\"written_rows\":\"" + AwkwardRows.COUNT + "\"");
        HttpResponse<byte[]> read = endpoint.send(endpoint.request("", Map.of())
                .POST(HttpRequest.BodyPublishers.ofString("SELECT * FROM binary_rows ORDER BY n FORMAT RowBinary")));
        assertThat(read.body()).isEqualTo(rows);
    }

    @Test
    void keepsDataThatBeginsWithBlanks() {
        endpoint.ask("CREATE TABLE blanks (text FixedString(3)) ENGINE = MergeTree ORDER BY tuple()");
        for (String data : List.of("\n\n\n", " \n ", "\t\t\t", "\r\n;")) {
            endpoint.send(endpoint.request("INSERT INTO blanks FORMAT RowBinary", Map.of())
                    .POST(HttpRequest.BodyPublishers.ofString(data)));
        }
        assertThat(endpoint.ask("SELECT arraySort(groupArray(hex(text))) FROM blanks"))
                .isEqualTo("['090909','0A0A0A','0D0A3B','200A20']");
    }

    @Test
    void takesEveryWayToWriteAnInsert() {
        endpoint.ask("CREATE TABLE ways (n UInt32, text String DEFAULT 'none') ENGINE = MergeTree ORDER BY n");
        endpoint.ask("INSERT INTO ways VALUES (1, 'a;b'), (2, concat('x', 'y'))");
        endpoint.ask("INSERT INTO ways (n) VALUES (3);");
        endpoint.ask("INSERT INTO ways FORMAT JSONEachRow\n{\"n\":4,\"text\":\"p\\n\\nq\"}\n\n{\"n\":5}");
        endpoint.ask("INSERT INTO ways (n, text) SETTINGS max_threads = 1 FORMAT TSV\n6\tsix\n");
        endpoint.ask("INSERT INTO ways SELECT number, toString(number) FROM numbers(7, 2)");
        endpoint.ask("INSERT INTO ways (SELECT 9, 'VALUES FORMAT CSV')");
        endpoint.ask("/* INSERT */ insert into ways -- FORMAT\n(text, n) format CSV \"ten, 10\",10\n");
        endpoint.ask("INSERT INTO TABLE ways WITH 11 AS n SELECT n, 'with'");
        assertThat(endpoint.ask("SELECT * FROM ways ORDER BY n"))
                .isEqualTo("1\ta;b\n2\txy\n3\tnone\n4\tp\\n\\nq\n5\tnone\n6\tsix\n7\t7\n8\t8\n9\tVALUES FORMAT CSV\n"
                        + "10\tten, 10\n11\twith");
    }

    @Test
    void bindsParametersInStatementsThatWrite() {
        endpoint.ask("CREATE TABLE bound (n UInt32, text String) ENGINE = MergeTree ORDER BY n");
        HttpResponse<byte[]> answer = endpoint.send(endpoint.request("", Map.of("param_text", "it's", "param_n", "5"))
                .POST(HttpRequest.BodyPublishers.ofString("INSERT INTO bound SELECT {n:UInt32}, {text:String}")));
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEmpty();
        endpoint.send(endpoint.request("", Map.of("param_n", "5"))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "ALTER TABLE bound UPDATE text = 'new' WHERE n = {n:UInt32} SETTINGS mutations_sync = 2")));
        assertThat(endpoint.ask("SELECT * FROM bound")).isEqualTo("5\tnew");
    }

    @Test
    void tellsWhichRowIsBad() {
        endpoint.ask("CREATE TABLE strict (n UInt32) ENGINE = MergeTree ORDER BY n");
        HttpResponse<String> answer =
                endpoint.post("INSERT INTO strict FORMAT JSONEachRow\n{\"n\":1}\n{\"n\":\"x\"}\n");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("(at row 2)");
        assertThat(endpoint.ask("SELECT count() FROM strict")).isEqualTo("0");
    }

    @Test
    void runsTheTablesAndViewsOfAnalytics() {
        endpoint.ask("CREATE TABLE raw (id UUID, at DateTime64(3), kind LowCardinality(String), data String)"
                + " ENGINE = ReplacingMergeTree ORDER BY id TTL toDateTime(at) + INTERVAL 90 DAY");
        endpoint.ask("CREATE TABLE daily (day Date, kind LowCardinality(String), n AggregateFunction(uniq, UUID))"
                + " ENGINE = AggregatingMergeTree ORDER BY (day, kind)");
        endpoint.ask("CREATE MATERIALIZED VIEW to_daily TO daily AS"
                + " SELECT toDate(at) AS day, kind, uniqState(id) AS n FROM raw GROUP BY day, kind");
        endpoint.ask("CREATE VIEW opened AS SELECT JSONExtractString(data, 'contactId') AS contact FROM raw FINAL"
                + " WHERE kind = 'opened'");
        for (int i = 0; i < 2; i++) {
            endpoint.ask("INSERT INTO raw VALUES ('0199b1c2-0000-7000-8000-000000000001', now64(3), 'opened',"
                    + " '{\"contactId\": \"c-1\"}')");
        }
        assertThat(endpoint.ask("SELECT contact FROM opened")).isEqualTo("c-1");
        assertThat(endpoint.ask("SELECT kind, uniqMerge(n) FROM daily GROUP BY kind"))
                .isEqualTo("opened\t1");
        endpoint.ask("OPTIMIZE TABLE raw FINAL");
        assertThat(endpoint.ask("SELECT count() FROM raw")).isEqualTo("1");
    }

    @Test
    void servesThirtyTwoAtOnce() throws Exception {
        endpoint.ask("CREATE TABLE busy (n UInt32) ENGINE = MergeTree ORDER BY n");
        try (ExecutorService clients = Executors.newFixedThreadPool(32)) {
            List<Future<String>> answers = IntStream.range(0, 32)
                    .mapToObj(i -> clients.submit(() -> {
                        endpoint.ask("INSERT INTO busy SELECT " + i + " FROM numbers(1000)");
                        return endpoint.ask("SELECT count() FROM busy WHERE n = " + i);
                    }))
                    .toList();
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("1000");
            }
        }
        assertThat(endpoint.ask("SELECT count(), uniqExact(n) FROM busy")).isEqualTo("32000\t32");
    }
}
