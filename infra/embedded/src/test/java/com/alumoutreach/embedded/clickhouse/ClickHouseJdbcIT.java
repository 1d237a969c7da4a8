package com.alumoutreach.embedded.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The JDBC driver that the services use. */
class ClickHouseJdbcIT {
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
    void tellsServerAndTables() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE IF NOT EXISTS meta");
            statement.execute("CREATE TABLE meta.contacts (id UUID, name String) ENGINE = MergeTree ORDER BY id");
            assertThat(connection.getMetaData().getDatabaseProductVersion()).startsWith("26.7");
            assertThat(connection.getMetaData().getUserName()).isEqualTo(EndpointProcess.USER);
            try (ResultSet columns = connection.getMetaData().getColumns(null, "meta", "contacts", "%")) {
                List<String> names = new ArrayList<>();
                while (columns.next()) {
                    names.add(columns.getString("COLUMN_NAME") + " " + columns.getString("TYPE_NAME"));
                }
                assertThat(names).containsExactly("id UUID", "name String");
            }
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void bindsPreparedParameters() throws SQLException {
        try (Connection connection = connect("");
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT ? AS text, ? + 1 AS number, toDateTime64(?, 3, 'UTC') AS at WHERE 'a' != ?")) {
            statement.setString(1, "it's a \\ \"test\"\n\t;-- ümlaut");
            statement.setLong(2, 41);
            statement.setString(3, "2026-11-21 03:17:11.123");
            statement.setString(4, "x' OR 1=1");
            try (ResultSet row = statement.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString("text")).isEqualTo("it's a \\ \"test\"\n\t;-- ümlaut");
                assertThat(row.getLong("number")).isEqualTo(42);
                assertThat(row.getObject("at", ZonedDateTime.class).toInstant()).isEqualTo("2026-11-21T03:17:11.123Z");
            }
        }
    }

    @Test
    void readsEveryTypeThatServicesStore() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE typed (id UUID, at DateTime64(6, 'UTC'), price Decimal(18, 4), tags Array(String),"
                            + " note Nullable(String), kind LowCardinality(String), big UInt64, ok Bool, doc JSON)"
                            + " ENGINE = ReplacingMergeTree ORDER BY id");
            statement.execute("INSERT INTO typed VALUES ('0199b1c2-0000-7000-8000-000000000001',"
                    + " '2026-11-21 03:17:11.123456', 12.3400, ['a', 'b\\'c'], NULL, 'email', 18446744073709551615, true,"
                    + " '{\"a\": {\"b\": 42}}')");
            try (ResultSet row = statement.executeQuery(
                    "SELECT id, at, price, tags, note, kind, big, ok, toInt64(doc.a.b) AS n FROM typed")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getObject("id")).isEqualTo(UUID.fromString("0199b1c2-0000-7000-8000-000000000001"));
                assertThat(row.getTimestamp("at").toInstant())
                        .isEqualTo(LocalDateTime.of(2026, 11, 21, 3, 17, 11, 123_456_000)
                                .toInstant(ZoneOffset.UTC));
                assertThat(row.getBigDecimal("price")).isEqualByComparingTo(new BigDecimal("12.34"));
                assertThat((Object[]) row.getArray("tags").getArray()).containsExactly("a", "b'c");
                assertThat(row.getString("note")).isNull();
                assertThat(row.wasNull()).isTrue();
                assertThat(row.getString("kind")).isEqualTo("email");
                assertThat(row.getObject("big")).hasToString("18446744073709551615");
                assertThat(row.getBoolean("ok")).isTrue();
                assertThat(row.getLong("n")).isEqualTo(42);
                assertThat(row.next()).isFalse();
            }
        }
    }

    @Test
    void insertsBatches() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE batched (n UInt32, text String) ENGINE = MergeTree ORDER BY n");
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO batched (n, text) VALUES (?, ?)")) {
                for (int i = 0; i < 20_000; i++) {
                    insert.setInt(1, i);
                    insert.setString(2, "row " + i + "\n\n'\\;");
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(20_000);
            }
            try (ResultSet row = statement.executeQuery(
                    "SELECT count(), sum(n), countIf(text = concat('row ', toString(n), '\\n\\n\\'\\\\;')) FROM batched")) {
                row.next();
                assertThat(row.getLong(1)).isEqualTo(20_000);
                assertThat(row.getLong(2)).isEqualTo(199_990_000);
                assertThat(row.getLong(3)).isEqualTo(20_000);
            }
        }
    }

    @Test
    void readsManyBlocksAsOneResult() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT number AS n FROM numbers(1000000)")) {
            long sum = 0;
            long count = 0;
            while (rows.next()) {
                sum += rows.getLong("n");
                count++;
            }
            assertThat(count).isEqualTo(1_000_000);
            assertThat(sum).isEqualTo(499_999_500_000L);
        }
    }

    @Test
    void usesTheDatabaseOfTheUrl() throws SQLException {
        endpoint.ask("CREATE DATABASE IF NOT EXISTS chosen");
        try (Connection connection = connect("chosen");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT currentDatabase(), currentUser()")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("chosen");
            assertThat(row.getString(2)).isEqualTo(EndpointProcess.USER);
        }
    }

    @Test
    void namesErrors() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM absent"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(60))
                    .hasMessageContaining("UNKNOWN_TABLE");
            assertThatThrownBy(() -> statement.executeQuery("SELEC 1")).hasMessageContaining("SYNTAX_ERROR");
        }
    }

    @Test
    void refusesAWrongPassword() {
        Properties wrong = new Properties();
        wrong.put("user", EndpointProcess.USER);
        wrong.put("password", "wrong");
        assertThatThrownBy(() -> {
                    try (Connection connection = DriverManager.getConnection("jdbc:ch:" + endpoint.url(), wrong);
                            Statement statement = connection.createStatement()) {
                        statement.executeQuery("SELECT 1");
                    }
                })
                .isInstanceOf(SQLException.class)
                .hasStackTraceContaining("AUTHENTICATION_FAILED");
    }

    private static Connection connect(String database) throws SQLException {
        Properties login = new Properties();
        login.put("user", EndpointProcess.USER);
        login.put("password", EndpointProcess.PASSWORD);
        return DriverManager.getConnection("jdbc:ch:" + endpoint.url() + "/" + database, login);
    }
}
