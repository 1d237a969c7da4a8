package com.alumoutreach.embedded.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries over plain HTTP, as curl, a browser or a Python client sends them. */
class ClickHouseHttpIT {
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
    void answersPingAndAnEmptyQueryWithoutALogin() throws Exception {
        for (String path : new String[] {"/ping", "/"}) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(endpoint.url() + path)).build();
            try (HttpClient http = HttpClient.newHttpClient()) {
                assertThat(http.send(request, HttpResponse.BodyHandlers.ofString())
                                .body())
                        .isEqualTo("Ok.\n");
            }
        }
    }

    @Test
    void joinsQueryParameterAndBody() {
        assertThat(post("SELECT 1,", Map.of(), "2, 'ü'").body()).isEqualTo("1\t2\tü\n");
    }

    @Test
    void takesTheFormatFromTheStatementBeforeTheDefault() {
        Map<String, String> csv = Map.of("default_format", "CSVWithNames");
        HttpResponse<String> byDefault = post("", csv, "SELECT 1 AS a, 'x' AS b");
        assertThat(byDefault.body()).isEqualTo("\"a\",\"b\"\n1,\"x\"\n");
        assertThat(byDefault.headers().firstValue("X-ClickHouse-Format")).contains("CSVWithNames");
        assertThat(post("", csv, "SELECT 1 AS a FORMAT JSONEachRow;").body()).isEqualTo("{\"a\":1}\n");
    }

    @Test
    void bindsParametersAndKeepsSettingsToOneQuery() {
        Map<String, String> parameters = Map.of(
                "param_text", "it's; \\\\ \\t ü", "param_list", "[1,2]", "param_none", "\\N", "max_threads", "1");
        assertThat(post(
                                "",
                                parameters,
                                "SELECT {text:String}, {list:Array(UInt8)}, {none:Nullable(Int8)}, getSetting('max_threads')"
                                        + " FORMAT TSVRaw")
                        .body())
                .isEqualTo("it's; \\ \t ü\t[1,2]\t\\N\t1\n");
        assertThat(endpoint.ask("SELECT changed FROM system.settings WHERE name = 'max_threads'"))
                .isEqualTo("0");
    }

    @Test
    void describesTheAnswerInHeaders() throws IOException {
        HttpResponse<String> answer = post("", Map.of("query_id", "walk-1"), "SELECT sum(number) FROM numbers(1000)");
        assertThat(answer.headers().firstValue("X-ClickHouse-Query-Id")).contains("walk-1");
        assertThat(answer.headers().firstValue("X-ClickHouse-Timezone")).isPresent();
        assertThat(answer.headers().firstValue("X-ClickHouse-Server-Display-Name"))
                .isPresent();
        JsonNode summary = new ObjectMapper()
                .readTree(answer.headers().firstValue("X-ClickHouse-Summary").orElseThrow());
        assertThat(summary.path("read_rows").textValue()).isEqualTo("1000");
    }

    @Test
    void compressesWhenAskedTo() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write("SELECT number FROM numbers(3)".getBytes(StandardCharsets.UTF_8));
        }
        HttpResponse<byte[]> answer = endpoint.send(endpoint.request("", Map.of("enable_http_compression", "1"))
                .header("Content-Encoding", "gzip")
                .header("Accept-Encoding", "br, gzip;q=0.9")
                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray())));
        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes())
                .isEqualTo("0\n1\n2\n".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SELEC 1                                        | 400 | 62  | SYNTAX_ERROR
                    SELECT 1; SELECT 2                             | 400 | 62  | SYNTAX_ERROR
                    SELECT * FROM absent                           | 404 | 60  | UNKNOWN_TABLE
                    SELECT * FROM absent.t                         | 404 | 81  | UNKNOWN_DATABASE
                    SELECT absent                                  | 404 | 47  | UNKNOWN_IDENTIFIER
                    SELECT toInt8('x')                             | 400 | 6   | CANNOT_PARSE_TEXT
                    INSERT INTO absent VALUES (1)                  | 404 | 60  | UNKNOWN_TABLE
                    SELECT throwIf(1)                              | 500 | 395 | FUNCTION_THROW_IF_VALUE_IS_NON_ZERO
                    SELECT * FROM file('/etc/passwd')              | 403 | 497 | ACCESS_DENIED
                    SELECT * FROM `url`('http://127.0.0.1/')       | 403 | 497 | ACCESS_DENIED
                    INSERT INTO t FROM INFILE '/etc/passwd'        | 403 | 497 | ACCESS_DENIED
                    SELECT 1 INTO OUTFILE '/tmp/x'                 | 403 | 497 | ACCESS_DENIED
                    CREATE TABLE f (a Int8) ENGINE = File(CSV)     | 403 | 497 | ACCESS_DENIED
                    """)
    void namesErrors(String sql, int status, String code, String name) {
        HttpResponse<String> answer = endpoint.post(sql);
        assertThat(answer.body())
                .startsWith("Code: " + code + ". DB::Exception: ")
                .contains("(" + name + ")")
                .contains("(version 26.");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("X-ClickHouse-Exception-Code")).contains(code);
    }

    @Test
    void refusesUnknownUsersAndWrongPasswords() {
        for (String login : new String[] {"user=alum&password=wrong", "user=nobody", "user=alum"}) {
            HttpResponse<byte[]> answer =
                    endpoint.send(HttpRequest.newBuilder(URI.create(endpoint.url() + "/?query=SELECT%201&" + login)));
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.headers().firstValue("X-ClickHouse-Exception-Code"))
                    .contains("516");
        }
    }

    @Test
    void takesTheLoginFromHeadersAndTellsTheUser() {
        HttpResponse<byte[]> answer =
                endpoint.send(HttpRequest.newBuilder(URI.create(endpoint.url() + "/?query=SELECT%20currentUser()"))
                        .header("X-ClickHouse-User", EndpointProcess.USER)
                        .header("X-ClickHouse-Key", EndpointProcess.PASSWORD));
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("alum\n");
    }

    @Test
    void letsGetOnlyRead() {
        HttpResponse<String> refused = EndpointProcess.text(
                endpoint.send(endpoint.request("CREATE TABLE written (a Int8) ENGINE = Memory", Map.of())
                        .GET()));
        assertThat(refused.headers().firstValue("X-ClickHouse-Exception-Code")).contains("164");
        assertThat(EndpointProcess.text(endpoint.send(endpoint.request("SELECT 7", Map.of("max_threads", "1"))
                                .GET()))
                        .body())
                .isEqualTo("7\n");
    }

    @Test
    void streamsResultsLargerThanTheHeap() {
        HttpResponse<byte[]> answer = endpoint.send(endpoint.request("", Map.of())
                .POST(HttpRequest.BodyPublishers.ofString("SELECT number, repeat('x', 90) FROM numbers(2000000)")));
        assertThat(answer.body()).hasSizeGreaterThan(190_000_000);
        assertThat(new String(answer.body(), answer.body().length - 99, 8, StandardCharsets.US_ASCII))
                .isEqualTo("1999999\t");
    }

    @Test
    void refusesStatementsTooLargeToHold() {
        HttpResponse<String> answer = endpoint.post("SELECT 1 /*" + "x".repeat(17 << 20) + "*/");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("Max query size exceeded");
    }

    @Test
    void cutsTheConnectionWhenAQueryFailsHalfway() {
        assertThatThrownBy(() -> endpoint.post("SELECT throwIf(number = 3000000) FROM numbers(4000000)"))
                .hasRootCauseInstanceOf(IOException.class);
    }

    private static HttpResponse<String> post(String query, Map<String, String> parameters, String body) {
        return EndpointProcess.text(
                endpoint.send(endpoint.request(query, parameters).POST(HttpRequest.BodyPublishers.ofString(body))));
    }
}
