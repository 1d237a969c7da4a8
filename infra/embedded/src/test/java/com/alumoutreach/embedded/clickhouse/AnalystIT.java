package com.alumoutreach.embedded.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An analyst sees one tenant, whatever is asked and however. */
class AnalystIT {
    private static final String ANALYST = "analyst-acme";

    @SuppressWarnings("NullAway.Init")
    private static EndpointProcess endpoint;

    @BeforeAll
    static void start() throws IOException {
        endpoint = EndpointProcess.start();
        endpoint.ask("CREATE TABLE events (tenant_id String, type String, data String, at DateTime DEFAULT now())"
                + " ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(at) ORDER BY (tenant_id, type, data)");
        endpoint.ask(
                "INSERT INTO events (tenant_id, type, data) SELECT 'acme', 'sent', toString(number) FROM numbers(10)");
        endpoint.ask(
                "INSERT INTO events (tenant_id, type, data) SELECT 'rival', 'sent', concat('secret ', toString(number)) FROM numbers(1000)");
        endpoint.ask("CREATE VIEW v_sends AS SELECT tenant_id, count() AS sends FROM events GROUP BY tenant_id");
        endpoint.ask(
                "CREATE MATERIALIZED VIEW m_sends ENGINE = MergeTree ORDER BY tenant_id POPULATE AS SELECT tenant_id, data FROM events");
        endpoint.ask("CREATE TABLE secrets (secret String) ENGINE = MergeTree ORDER BY secret");
        endpoint.ask("INSERT INTO secrets VALUES ('secret of all')");
        endpoint.ask("CREATE DATABASE elsewhere");
        endpoint.ask("CREATE TABLE elsewhere.events AS events ENGINE = MergeTree ORDER BY data");
        endpoint.ask("INSERT INTO elsewhere.events (tenant_id, type, data) VALUES ('rival', 'sent', 'secret')");
        endpoint.ask("CREATE TABLE joined (id UInt8, secret String) ENGINE = Join(ANY, LEFT, id)");
        endpoint.ask("INSERT INTO joined VALUES (1, 'secret')");
        endpoint.addAnalyst(ANALYST, "acme");
        endpoint.addAnalyst("analyst-odd", "o'\\\\\\\\brien } {");
        endpoint.addAnalyst(
                "analyst-poor", "acme", "analyst-poor.max_rows_to_read=100", "analyst-poor.max_execution_time=1");
    }

    @AfterAll
    static void stop() {
        endpoint.close();
    }

    @Test
    void seesOwnRowsInTablesViewsJoinsAndSubqueries() {
        assertThat(ask("SELECT count() FROM events")).isEqualTo("10");
        assertThat(ask("SELECT count() FROM events FINAL")).isEqualTo("10");
        assertThat(ask("SELECT * FROM v_sends")).isEqualTo("acme\t10");
        assertThat(ask("SELECT count() FROM m_sends")).isEqualTo("10");
        assertThat(
                        ask(
                                "WITH e AS (SELECT * FROM default.events) SELECT uniq(tenant_id) FROM e AS a JOIN events AS b ON a.type = b.type"))
                .isEqualTo("1");
        assertThat(
                        ask(
                                "SELECT (SELECT groupUniqArray(tenant_id) FROM events), 'rival' IN (SELECT tenant_id FROM events)"))
                .isEqualTo("['acme']\t0");
        assertThat(ask("SELECT currentUser()")).isEqualTo(ANALYST);
        assertThat(ask("SELECT {x:String}, number FROM numbers(1)", Map.of("param_x", "value")))
                .isEqualTo("value\t0");
        assertThat(ask("SELECT 1 AS n FORMAT JSON", Map.of("output_format_json_quote_64bit_integers", "0")))
                .contains("\"n\": 1");
        assertThat(ask("SHOW TABLES")).contains("events").contains("v_sends");
        assertThat(ask("DESCRIBE TABLE events")).contains("tenant_id");
    }

    /** None fails for want of rights everywhere; what they have in common is that no word of another tenant comes back. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM events",
                "SELECT * FROM events SETTINGS additional_table_filters = {}",
                "SELECT * FROM events SETTINGS readonly = 0, additional_table_filters = {}",
                "SET additional_table_filters = {}",
                "SELECT * FROM merge('default', 'ev')",
                "SELECT * FROM merge /* */ ('default', 'ev')",
                "SELECT * FROM `merge`('default', 'ev')",
                "SELECT * FROM `m\\x65rge`('default', 'ev')",
                "SELECT * FROM Merge(currentDatabase(), '.*')",
                "SELECT * FROM mergeTreeIndex('default', 'events')",
                "SELECT * FROM mergeTreeProjection('default', 'events', 'p')",
                "SELECT * FROM remote('127.0.0.1', default.events)",
                "SELECT * FROM cluster('default', default.events)",
                "SELECT * FROM loop(events)",
                "SELECT * FROM viewIfPermitted(SELECT * FROM events ELSE null('x Int8'))",
                "SELECT * FROM eval('SELECT data FROM events')",
                "SELECT * FROM secrets",
                "SELECT 'secret of all' IN default.secrets ? 'secret' : 'no'",
                "SELECT joinGet('default.joined', 'secret', toUInt8(1))",
                "SELECT joinGetOrNull('joined', 'secret', toUInt8(1))",
                "SELECT * FROM joined",
                "SELECT * FROM dictionary('d')",
                "SELECT * FROM elsewhere.events",
                "SELECT data FROM {t:Identifier}",
                "SELECT * FROM `.inner.m_sends`",
                "SELECT * FROM system.parts",
                "SELECT * FROM system.query_log",
                "SELECT * FROM system.processes",
                "SELECT * FROM system.parts_columns",
                "SELECT * FROM system.projections",
                "SELECT * FROM system.mutations",
                "SELECT * FROM system.query_cache",
                "SELECT * FROM system.errors",
                "SELECT total_rows FROM system.tables",
                "SELECT `total_rows` FROM system.tables",
                "SELECT \"total_bytes\" FROM \"system\".\"tables\"",
                "SELECT * FROM system.tables",
                "SELECT t.* FROM system.tables AS t",
                "SELECT COLUMNS('total') FROM system.tables",
                "SELECT data_compressed_bytes FROM system.columns",
                "SELECT table_rows FROM information_schema.tables",
                "SELECT * FROM INFORMATION_SCHEMA.TABLES",
                "EXPLAIN ESTIMATE SELECT * FROM events WHERE tenant_id = 'rival'",
                "EXPLAIN SELECT * FROM events",
                "SELECT * FROM (EXPLAIN ESTIMATE SELECT * FROM events)",
                "SHOW PROCESSLIST",
                "SHOW INDEX FROM events",
                "SELECT throwIf(tenant_id = 'rival', 'secret') FROM events",
                "SELECT count() FROM events WHERE throwIf(tenant_id = 'rival', 'secret') = 0",
                "SELECT count() FROM events PREWHERE throwIf(tenant_id = 'rival', 'secret') = 0",
                "SELECT data FROM events WHERE tenant_id = 'rival' OR 1",
                "SELECT groupUniqArray(data) FROM events WHERE 1 UNION ALL SELECT groupUniqArray(data) FROM events",
                "SELECT file('/etc/passwd')",
                "SELECT * FROM file('/etc/passwd')",
                "INSERT INTO events (tenant_id, data) VALUES ('acme', 'secret')",
                "INSERT INTO events (tenant_id, data) SELECT 'acme', data FROM events",
                "WITH x AS (SELECT 1) INSERT INTO events SELECT * FROM events",
                "CREATE VIEW mine AS SELECT * FROM events",
                "CREATE TABLE mine ENGINE = Memory AS SELECT * FROM events",
                "ALTER TABLE events UPDATE tenant_id = 'acme' WHERE 1",
                "ALTER TABLE events DELETE WHERE 1",
                "TRUNCATE TABLE events",
                "DROP TABLE events",
                "OPTIMIZE TABLE events",
                "SYSTEM FLUSH LOGS",
                "KILL QUERY WHERE 1",
                "SELECT * FROM events INTO OUTFILE '/tmp/secret'",
                "USE system",
                "SELECT 1; SELECT * FROM secrets"
            })
    void hostileStatementTellsNothingOfOthers(String sql) {
        String before = endpoint.ask("SELECT count(), sum(cityHash64(*)) FROM events");

        HttpResponse<String> answer = as(ANALYST, sql, Map.of("param_t", "secrets"));

        assertThat(answer.body().replace("(in query: " + sql + ")", ""))
                .doesNotContain(
                        "rival\t", "\trival", "['rival", "secret ", "secret\n", "secret'", "1010", "1000", "1001");
        assertThat(endpoint.ask("SELECT count(), sum(cityHash64(*)) FROM events"))
                .isEqualTo(before);
        assertThat(endpoint.ask("SELECT count() FROM system.tables WHERE name = 'mine'"))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "additional_table_filters={}",
                "additional_result_filter=1",
                "readonly=0",
                "readonly=2",
                "use_query_cache=1",
                "enable_analyzer=0",
                "allow_ddl=1",
                "max_execution_time=0",
                "max_rows_to_read=0",
                "output_format_schema=/tmp/x",
                "format_schema=x",
                "database=elsewhere",
                "database=system",
                "database=information_schema",
                "session_id=1",
                "role=admin",
                "user=alum",
                "profile=default"
            })
    void settingInTheUrlUndoesNothing(String setting) {
        String[] pair = setting.split("=", 2);

        for (String sql : List.of(
                "SELECT count() FROM events",
                "SELECT sum(total_rows) FROM tables",
                "SELECT data FROM default.secrets")) {
            HttpResponse<String> answer = as(ANALYST, sql, Map.of(pair[0], pair[1]));
            assertThat(answer.statusCode() == 200 ? answer.body().strip() : "").isIn("", "10", "0");
        }
    }

    @Test
    void strangersAndOtherPasswordsAreRefused() {
        assertThat(endpoint.postAs(ANALYST, "wrong", "SELECT 1", Map.of()).statusCode())
                .isEqualTo(403);
        assertThat(endpoint.postAs(ANALYST + ".tenant", "acme", "SELECT 1", Map.of())
                        .statusCode())
                .isEqualTo(403);
        assertThat(endpoint.postAs(ANALYST + ".password", ANALYST, "SELECT 1", Map.of())
                        .statusCode())
                .isEqualTo(403);
        assertThat(endpoint.postAs("analyst-new", "analyst-new", "SELECT 1", Map.of())
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void tenantWithSignsInItsNameSeesItsOwn() {
        endpoint.ask("INSERT INTO elsewhere.events (tenant_id, data) VALUES ('o\\'\\\\\\\\brien } {', 'own')");

        assertThat(as("analyst-odd", "SELECT data FROM elsewhere.events", Map.of())
                        .body()
                        .strip())
                .isEqualTo("own");
        assertThat(as("analyst-odd", "SELECT count() FROM events", Map.of())
                        .body()
                        .strip())
                .isEqualTo("0");
    }

    @Test
    void limitsHold() {
        assertThat(as("analyst-poor", "SELECT sum(number) FROM numbers(1000000)", Map.of())
                        .body())
                .contains("TOO_MANY_ROWS");
        assertThat(as("analyst-poor", "SELECT sleepEachRow(1) FROM numbers(5)", Map.of())
                        .statusCode())
                .isNotEqualTo(200);
        assertThat(as("analyst-poor", "SELECT count() FROM events", Map.of("max_rows_to_read", "0"))
                        .body())
                .contains("READONLY");
    }

    @Test
    void jdbcToolsSeeTablesAndColumns() throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", ANALYST);
        login.setProperty("password", ANALYST);
        List<String> tables = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:ch:" + endpoint.url() + "/default", login)) {
            try (ResultSet row =
                    connection.getMetaData().getTables(null, "default", "%", new String[] {"TABLE", "VIEW"})) {
                while (row.next()) {
                    tables.add(row.getString("TABLE_NAME"));
                }
            }
            try (ResultSet row = connection.getMetaData().getColumns(null, "default", "events", "%")) {
                while (row.next()) {
                    columns.add(row.getString("COLUMN_NAME"));
                }
            }
            try (ResultSet row = connection.createStatement().executeQuery("SELECT count() FROM events")) {
                row.next();
                assertThat(row.getLong(1)).isEqualTo(10);
            }
        }
        assertThat(tables).contains("events", "v_sends");
        assertThat(columns).contains("tenant_id", "data");
    }

    private static String ask(String sql) {
        return ask(sql, Map.of());
    }

    private static String ask(String sql, Map<String, String> parameters) {
        HttpResponse<String> answer = as(ANALYST, sql, parameters);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body().strip();
    }

    private static HttpResponse<String> as(String analyst, String sql, Map<String, String> parameters) {
        return endpoint.postAs(analyst, analyst, sql, parameters);
    }
}
