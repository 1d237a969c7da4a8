package com.alumoutreach.embedded.clickhouse;

import com.alumoutreach.embedded.clickhouse.SqlTokens.Kind;
import com.alumoutreach.embedded.clickhouse.SqlTokens.Token;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What we must know of a statement before the engine sees it: whether data follows it, in which format, what it answers
 * in, and that it stays inside the engine.
 */
final class QueryText {
    // Formats whose blocks can be written one after another; in the others each block repeats the frame.
    private static final Set<String> STREAMABLE = Set.of(
            "tabseparated",
            "tsv",
            "tabseparatedraw",
            "tsvraw",
            "csv",
            "jsoneachrow",
            "jsoncompacteachrow",
            "jsonstringseachrow",
            "jsoncompactstringseachrow",
            "jsonlines",
            "ndjson",
            "rowbinary",
            "native",
            "tskv",
            "rowbinarywithnames",
            "rowbinarywithnamesandtypes");
    private static final Set<String> QUERIES = Set.of("select", "with", "from", "(");

    private final String sql;
    private final List<Token> tokens;
    private final @Nullable Token format;
    private final boolean insertWithData;

    private QueryText(String sql) {
        this.sql = sql;
        this.tokens = SqlTokens.of(sql);
        boolean insert = firstIs("INSERT");
        this.format = insert ? insertFormat() : selectFormat();
        this.insertWithData = insert && !anyOutermost("SELECT") && !anyOutermost("WITH") && !anyOutermost("WATCH");
    }

    /** Reads the first bytes of a request: a whole statement, or an INSERT header with the beginning of its data. */
    static QueryText of(byte[] bytes) {
        return new QueryText(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    boolean isEmpty() {
        return tokens.isEmpty();
    }

    boolean isInsertWithData() {
        return insertWithData;
    }

    /** The format that the statement names itself, for its answer or for its data. */
    @Nullable
    String ownFormat() {
        if (format == null) {
            return null;
        }
        return format.is("VALUES") && !isNamedFormat() ? "Values" : format.text();
    }

    /** The INSERT without FORMAT clause and data. */
    byte[] insertHeader() {
        if (format == null) {
            return bytes(0, tokens.getLast().end());
        }
        Token clause = isNamedFormat() ? tokens.get(tokens.size() - 2) : format;
        return bytes(0, clause.start());
    }

    /**
     * Where the data of an INSERT begins, by ClickHouse's rule: behind the first line end after the header if only blanks
     * stand between, else behind the blanks.
     */
    int dataStart() {
        int at = format == null ? tokens.getLast().end() : format.end();
        while (at < sql.length() && " \t\f".indexOf(sql.charAt(at)) >= 0) {
            at++;
        }
        if (at < sql.length() && sql.charAt(at) == '\r') {
            at++;
        }
        if (at < sql.length() && sql.charAt(at) == '\n') {
            at++;
        }
        return at;
    }

    /** Whether the answer may be written block by block. */
    boolean isStreamable(String answerFormat) {
        Token first = tokens.getFirst();
        return QUERIES.contains(first.text().toLowerCase(Locale.ROOT))
                && STREAMABLE.contains(answerFormat.toLowerCase(Locale.ROOT))
                && tokens.stream().noneMatch(t -> t.is("TOTALS") || t.is("EXTREMES"));
    }

    /** The statement with the user's name in the place of {@code currentUser()}: the engine knows one user only. */
    byte[] asUser(String user) {
        StringBuilder text = new StringBuilder(sql.length());
        int copied = 0;
        for (int i = 0; i + 2 < tokens.size(); i++) {
            boolean asked = Set.of("currentuser", "user", "current_user").contains(SqlTokens.lower(tokens.get(i)));
            boolean part = i > 0 && tokens.get(i - 1).isSign('.');
            if (asked
                    && !part
                    && tokens.get(i + 1).isSign('(')
                    && tokens.get(i + 2).isSign(')')) {
                String name = new String(user.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
                text.append(sql, copied, tokens.get(i).start()).append('\'');
                text.append(name.replace("\\", "\\\\").replace("'", "\\'")).append('\'');
                copied = tokens.get(i + 2).end();
            }
        }
        return text.append(sql, copied, sql.length()).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    List<Token> tokens() {
        return tokens;
    }

    /** Refuses what would leave the engine or be dropped in silence. */
    void requireAllowed() {
        EngineWalls.require(tokens);
    }

    private @Nullable Token insertFormat() {
        return isNamedFormat() || tokens.getLast().is("VALUES") ? tokens.getLast() : null;
    }

    /** Whether an INSERT ends in {@code FORMAT name}, where the word is not the table's name. */
    private boolean isNamedFormat() {
        int word = tokens.size() - 2;
        return word > 1 && tokens.get(word).is("FORMAT") && !SqlTokens.isName(tokens, word);
    }

    private @Nullable Token selectFormat() {
        for (int i = tokens.size() - 1; i > 0; i--) {
            Token token = tokens.get(i);
            boolean last = i == tokens.size() - 1
                    || tokens.get(i + 1).isSign(';')
                    || tokens.get(i + 1).is("SETTINGS");
            if (last
                    && token.depth() == 0
                    && token.kind() == Kind.WORD
                    && tokens.get(i - 1).is("FORMAT")) {
                return token;
            }
        }
        return null;
    }

    private boolean firstIs(String word) {
        return !tokens.isEmpty() && tokens.getFirst().is(word);
    }

    private boolean anyOutermost(String word) {
        // the word before last is FORMAT where the last is a format's name
        return tokens.stream().anyMatch(t -> !t.equals(format) && t.is(word) && t.depth() == 0)
                || (tokens.stream().anyMatch(t -> t.is(word)) && columnsAreQuery(word));
    }

    /** INSERT INTO t (SELECT …): the parenthesis holds the query. */
    private boolean columnsAreQuery(String word) {
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.get(i).is(word)
                    && tokens.get(i - 1).isSign('(')
                    && tokens.get(i).depth() == 1) {
                return true;
            }
        }
        return false;
    }

    private byte[] bytes(int from, int to) {
        return sql.substring(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }
}
