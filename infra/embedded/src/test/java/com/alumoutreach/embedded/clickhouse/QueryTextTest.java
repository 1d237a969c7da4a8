package com.alumoutreach.embedded.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
                    INSERT INTO t FORMAT CSV~1,2                 | CSV         | INSERT INTO t           | 1,2
                    INSERT INTO t (a, b) FORMAT RowBinary~x;~~y  | RowBinary   | INSERT INTO t (a, b)    | x;~~y
                    INSERT INTO t VALUES (1),(2)                 | Values      | INSERT INTO t           | (1),(2)
                    insert into t values(1)                      | Values      | insert into t           | (1)
                    INSERT INTO t                                | none        | INSERT INTO t           | ''
                    INSERT INTO format FORMAT CSV~1              | CSV         | INSERT INTO format      | 1
                    INSERT INTO d.values (values) VALUES (1)     | Values      | INSERT INTO d.values (values) | (1)
                    INSERT INTO TABLE t FORMAT Values (1)        | Values      | INSERT INTO TABLE t     | (1)
                    INSERT INTO format VALUES (1)                | Values      | INSERT INTO format      | (1)
                    INSERT INTO `format x` FORMAT TSV~~a         | TSV         | INSERT INTO `format x`  | ~a
                    INSERT INTO t /* VALUES */ FORMAT TSV a      | TSV         | INSERT INTO t /* VALUES */ | a
                    """)
    void partsAnInsertFromItsData(String sql, String format, String header, String data) {
        byte[] bytes = sql.replace('~', '\n').getBytes(StandardCharsets.UTF_8);
        QueryText text = QueryText.of(bytes);
        assertThat(text.isInsertWithData()).isTrue();
        assertThat(text.ownFormat()).isEqualTo(format);
        assertThat(new String(text.insertHeader(), StandardCharsets.UTF_8).strip())
                .isEqualTo(header);
        int start = text.dataStart();
        assertThat(new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8))
                .isEqualTo(data.replace('~', '\n'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t SELECT 1",
                "INSERT INTO t (a) SELECT 'FORMAT CSV'",
                "INSERT INTO t (SELECT 1)",
                "INSERT INTO t WITH 1 AS x SELECT x",
                "SELECT 1",
                "CREATE TABLE t (format String) ENGINE = Memory"
            })
    void knowsStatementsWithoutData(String sql) {
        assertThat(text(sql).isInsertWithData()).isFalse();
    }

    @Test
    void findsTheFormatOfTheOutermostStatement() {
        assertThat(text("SELECT 1 FORMAT JSON;").ownFormat()).isEqualTo("JSON");
        assertThat(text("SELECT 1 format CSV SETTINGS max_threads = 1").ownFormat())
                .isEqualTo("CSV");
        assertThat(text("SELECT 'FORMAT JSON'").ownFormat()).isNull();
        assertThat(text("SELECT format('{}', 1) AS format").ownFormat()).isNull();
        assertThat(text("SELECT 1 -- FORMAT JSON").ownFormat()).isNull();
    }

    @Test
    void putsTheUserIntoTheStatement() {
        String sql = "SELECT currentUser() AS ü, 'currentUser()', t.user, user()";
        assertThat(new String(text(sql).asUser("o'hara"), StandardCharsets.UTF_8))
                .isEqualTo("SELECT 'o\\'hara' AS ü, 'currentUser()', t.user, 'o\\'hara'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM file('x')",
                "SELECT * FROM FILE /* c */ ('x')",
                "SELECT * FROM \"file\"('x')",
                "SELECT (SELECT file('x'))",
                "INSERT INTO FUNCTION url('http://x') VALUES (1)",
                "INSERT INTO t FROM INFILE 'x' FORMAT CSV",
                "SELECT 1 INTO OUTFILE 'x'",
                "CREATE TABLE t (a Int8) ENGINE = File(CSV)",
                "CREATE TABLE t (a Int8) ENGINE MySQL('h', 'd', 't', 'u', 'p')",
                "CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(EXECUTABLE(COMMAND 'id' FORMAT CSV)) LAYOUT(FLAT())",
                "SELECT * FROM file\u00a0('x')",
                "SELECT * FROM \u201cfile\u201d('x')",
                "SYSTEM SHUTDOWN",
                "BACKUP TABLE t TO Disk('x', 'y')"
            })
    void refusesWhatReachesOutside(String sql) {
        assertThatThrownBy(() -> text(sql).requireAllowed()).hasMessageContaining("ACCESS_DENIED");
    }

    @Test
    void refusesDataThatTheEngineWouldDrop() {
        assertThatThrownBy(() -> text("INSERT INTO t SELECT a FROM input('a Int8') FORMAT CSV 1")
                        .requireAllowed())
                .hasMessageContaining("NOT_IMPLEMENTED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT file, url FROM t",
                "SELECT 'file(1)' -- file(x)",
                "INSERT INTO input (a) VALUES (1)",
                "INSERT INTO t (url, file) VALUES ('file(', 'url(')",
                "CREATE TABLE t (file String) ENGINE = MergeTree ORDER BY file"
            })
    void allowsTheSameWordsAsNames(String sql) {
        assertThatCode(() -> text(sql).requireAllowed()).doesNotThrowAnyException();
    }

    private static QueryText text(String sql) {
        return QueryText.of(sql.getBytes(StandardCharsets.UTF_8));
    }
}
