package com.alumoutreach.embedded.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.CompressionMethod;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.insert.InsertResponse;
import com.clickhouse.client.api.query.GenericRecord;
import com.clickhouse.client.api.query.QueryResponse;
import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Java client for bulk inserts, in each of its ways to compress. */
class ClickHouseClientIT {
    enum Compression {
        OFF,
        NATIVE_LZ4,
        HTTP_LZ4
    }

    private static EndpointProcess endpoint;

    @BeforeAll
    static void start() {
        endpoint = EndpointProcess.start();
    }

    @AfterAll
    static void stop() {
        endpoint.close();
    }

    @ParameterizedTest
    @EnumSource
    void insertsRowBinaryByteForByte(Compression compression) throws Exception {
        String table = "row_binary_" + compression;
        byte[] rows = AwkwardRows.rowBinary();
        try (Client client = client(compression)) {
            client.execute(AwkwardRows.table(table)).get();
            assertThat(insert(client, table, rows, ClickHouseFormat.RowBinary)).isEqualTo(AwkwardRows.COUNT);
            assertThat(read(client, table)).isEqualTo(rows);
        }
    }

    @ParameterizedTest
    @EnumSource
    void insertsJsonEachRowByteForByte(Compression compression) throws Exception {
        String table = "json_" + compression;
        try (Client client = client(compression)) {
            client.execute(AwkwardRows.table(table)).get();
            assertThat(insert(client, table, AwkwardRows.jsonEachRow(), ClickHouseFormat.JSONEachRow))
                    .isEqualTo(AwkwardRows.COUNT);
            assertThat(read(client, table)).isEqualTo(AwkwardRows.rowBinary());
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsRecordsAndParameters(Compression compression) throws Exception {
        try (Client client = client(compression)) {
            List<GenericRecord> rows = client.queryAll(
                    "SELECT number AS n, toString(number) AS text, [number] AS list FROM numbers(1000)");
            assertThat(rows).hasSize(1000);
            assertThat(rows.get(999).getLong("n")).isEqualTo(999);
            assertThat(rows.get(999).getString("text")).isEqualTo("999");

            QuerySettings csv = new QuerySettings().setFormat(ClickHouseFormat.CSV);
            try (QueryResponse answer = client.query(
                            "SELECT {text:String}, {n:UInt8}", Map.of("text", "a'b", "n", 7), csv)
                    .get(10, TimeUnit.SECONDS)) {
                assertThat(new String(answer.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("\"a'b\",7\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesErrors(Compression compression) {
        try (Client client = client(compression)) {
            assertThatThrownBy(() -> client.queryAll("SELECT * FROM absent"))
                    .hasRootCauseInstanceOf(ServerException.class)
                    .hasStackTraceContaining("UNKNOWN_TABLE");
            assertThatThrownBy(() -> insert(client, "absent", AwkwardRows.rowBinary(), ClickHouseFormat.RowBinary))
                    .hasStackTraceContaining("UNKNOWN_TABLE");
        }
    }

    @Test
    void answersManyAtOnce() throws Exception {
        try (Client client = client(Compression.NATIVE_LZ4)) {
            List<CompletableFuture<QueryResponse>> asked = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                QuerySettings settings = new QuerySettings().setFormat(ClickHouseFormat.TabSeparated);
                asked.add(client.query("SELECT " + i + ", sum(sipHash64(number)) FROM numbers(1000000)", settings));
            }
            for (int i = 0; i < 32; i++) {
                try (QueryResponse answer = asked.get(i).get(60, TimeUnit.SECONDS)) {
                    assertThat(new String(answer.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                            .startsWith(i + "\t");
                }
            }
        }
    }

    private static long insert(Client client, String table, byte[] rows, ClickHouseFormat format) throws Exception {
        try (InsertResponse response =
                client.insert(table, new ByteArrayInputStream(rows), format).get(60, TimeUnit.SECONDS)) {
            return response.getWrittenRows();
        }
    }

    private static byte[] read(Client client, String table) throws Exception {
        QuerySettings settings = new QuerySettings().setFormat(ClickHouseFormat.RowBinary);
        try (QueryResponse answer = client.query("SELECT n, text FROM " + table + " ORDER BY n", settings)
                .get(60, TimeUnit.SECONDS)) {
            return answer.getInputStream().readAllBytes();
        }
    }

    private static Client client(Compression compression) {
        return new Client.Builder()
                .addEndpoint(endpoint.url())
                .setUsername(EndpointProcess.USER)
                .setPassword(EndpointProcess.PASSWORD)
                .compressServerResponse(compression != Compression.OFF)
                .compressClientRequest(compression != Compression.OFF)
                .useHttpCompression(compression == Compression.HTTP_LZ4)
                // Its default is ZSTD, whose library we leave out.
                .compressionMethod(CompressionMethod.LZ4)
                .useAsyncRequests(true)
                .setMaxConnections(32)
                .build();
    }
}
