package com.alumoutreach.embedded.clickhouse;

import com.alumoutreach.embedded.clickhouse.SqlTokens.Kind;
import com.alumoutreach.embedded.clickhouse.SqlTokens.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/**
 * Lets an analyst read one tenant's rows, on an engine that has neither users nor row policies.
 *
 * <p>Two walls. The inner one is the engine's: {@code additional_table_filters} adds a condition to every table that there is, wherever
 * it is read (views, joins, subqueries, IN), before the query's own conditions; a table without a tenant shows nothing, unless its
 * comment is {@code the same for all tenants}; {@code readonly=1} keeps any setting from being changed after that. The outer one looks at the words, for what such filters do not
 * reach: functions that read tables by another way, EXPLAIN, and what system tables tell of the size of all tenants.
 */
final class AnalystWalls {
    private static final Set<String> STATEMENTS = Set.of("select", "with", "from", "(", "describe", "desc", "show");
    private static final Set<String> SHOWN = Set.of("tables", "full", "databases", "columns", "create");

    /** Those that read no table of others. */
    private static final Set<String> TABLE_FUNCTIONS = Set.of(
            "numbers",
            "numbers_mt",
            "zeros",
            "zeros_mt",
            "generateseries",
            "generate_series",
            "primes",
            "values",
            "format",
            "null");

    private static final Pattern READS_TABLES = Pattern.compile("dictget.*|dicthas|dictisin|joinget.*|file");

    /** Columns of system.tables and system.columns that count what all tenants have. */
    private static final Pattern SIZE = Pattern.compile(".*(rows|bytes|parts|marks|mutations).*");

    private static final Set<String> FOREIGN_DATABASES = Set.of("system", "information_schema");

    /** Settings that change how an answer looks, and nothing else. */
    private static final Pattern SETTINGS = Pattern.compile(
            "output_format_(json|csv|tsv|pretty|decimal|binary|write|values|xml|markdown)_\\w+|date_time_output_format"
                    + "|session_timezone|extremes|log_comment|max_block_size|readonly");

    private static final int QUERIES_AT_ONCE = 4;

    private static final String FILTERS = """
            SELECT toString(mapFromArrays(groupArray(concat(database, '.', name)), groupArray(multiIf(
                database = 'system' AND name IN ('tables', 'columns'), {own_database:String},
                database = 'system' AND name = 'databases', {own_name:String},
                database != 'system' AND (database, name) IN (SELECT database, table FROM system.columns WHERE name = 'tenant_id'),
                    {own_rows:String},
                '0'))))
            FROM system.tables
            WHERE engine != 'View' AND comment != 'the same for all tenants' AND NOT (database = 'system' AND name IN ('one', 'numbers', 'numbers_mt', 'zeros', 'zeros_mt',
                'functions', 'formats', 'data_type_families', 'time_zones', 'keywords', 'table_engines', 'aggregate_function_combinators'))""";
    private static final String ALL_TABLE_FUNCTIONS = "SELECT lower(name) FROM system.table_functions";

    private final Map<String, Semaphore> places = new ConcurrentHashMap<>();

    /** Takes one of the few places that each analyst has; to be given back. */
    Semaphore enter(Account account) {
        Semaphore own = places.computeIfAbsent(account.name(), name -> new Semaphore(QUERIES_AT_ONCE));
        if (!own.tryAcquire()) {
            throw ClickHouseException.of(
                    ClickHouseException.TOO_MANY_QUERIES,
                    "TOO_MANY_SIMULTANEOUS_QUERIES",
                    "An analyst may run " + QUERIES_AT_ONCE + " queries at once");
        }
        return own;
    }

    /** Refuses a statement that could see more than the filters let through. */
    static void require(List<Token> tokens, ChdbConnection connection) throws IOException {
        String verb = SqlTokens.lower(tokens.getFirst());
        if (!STATEMENTS.contains(verb)
                || verb.equals("show") && (tokens.size() < 2 || !SHOWN.contains(SqlTokens.lower(tokens.get(1))))) {
            throw denied(
                    "An analyst may use SELECT, DESCRIBE and SHOW TABLES, DATABASES, COLUMNS or CREATE, nothing else");
        }
        Set<String> functions = tableFunctions(connection);
        boolean catalogue = tokens.stream().anyMatch(token -> FOREIGN_DATABASES.contains(SqlTokens.lower(token)));
        for (int i = 0; i < tokens.size(); i++) {
            requireWord(tokens, i, functions);
            if (catalogue) {
                requireNoSize(tokens, i);
            }
        }
    }

    private static void requireWord(List<Token> tokens, int i, Set<String> functions) {
        Token token = tokens.get(i);
        if (token.kind() == Kind.QUOTED_NAME && token.text().indexOf('\\') >= 0) {
            throw denied("An analyst's names are written without backslashes");
        }
        if (token.kind() != Kind.WORD && token.kind() != Kind.QUOTED_NAME) {
            return;
        }
        String word = SqlTokens.lower(token);
        boolean called = i + 1 < tokens.size() && tokens.get(i + 1).isSign('(');
        if (called
                && (functions.contains(word) && !TABLE_FUNCTIONS.contains(word)
                        || READS_TABLES.matcher(word).matches())) {
            throw denied("An analyst may not use " + word);
        }
        if (word.equals("information_schema") || word.equals("outfile") || word.equals("explain")) {
            throw denied("An analyst may not use " + word);
        }
        // A name that comes as a parameter is not in the text that is looked at here.
        if (word.equals("identifier") && i > 0 && tokens.get(i - 1).isSign(':')) {
            throw denied("An analyst's parameters are values, not names");
        }
    }

    private static void requireNoSize(List<Token> tokens, int i) {
        Token token = tokens.get(i);
        boolean counted = token.isSign('*') && i > 0 && tokens.get(i - 1).isSign('(');
        boolean name = token.kind() == Kind.WORD || token.kind() == Kind.QUOTED_NAME;
        boolean called = i + 1 < tokens.size() && tokens.get(i + 1).isSign('(');
        String word = SqlTokens.lower(token);
        if (token.isSign('*') && !counted
                || name && (SIZE.matcher(word).matches() && !called || word.equals("columns") && called)) {
            throw denied("An analyst names the columns of system tables, other than those that tell sizes");
        }
    }

    /** Sets up a session for the account; nothing can be set after it. */
    static void prepare(ChdbConnection connection, Account account, String tenant, String database) throws IOException {
        if (FOREIGN_DATABASES.contains(database.toLowerCase(Locale.ROOT))) {
            throw denied("An analyst's database is one with events");
        }
        String own = literal(database.isEmpty() ? "default" : database);
        ByteArrayOutputStream filters = new ByteArrayOutputStream();
        connection.query(
                FILTERS.getBytes(StandardCharsets.UTF_8),
                "TabSeparatedRaw",
                Map.of(
                        "own_database", escaped("database = " + own),
                        "own_name", escaped("name = " + own),
                        "own_rows", escaped("tenant_id = " + literal(tenant))),
                filters);
        account.limits().forEach((name, value) -> connection.execute("SET " + name + " = " + literal(value)));
        connection.execute("SET additional_table_filters = "
                + literal(filters.toString(StandardCharsets.UTF_8).strip()));
        connection.execute("SET readonly = 1");
    }

    /** @throws ClickHouseException as ClickHouse has it for a user who may only read */
    static void requireSetting(String name) {
        if (!SETTINGS.matcher(name).matches()) {
            throw ClickHouseException.of(
                    ClickHouseException.READONLY, "READONLY", "Cannot modify '" + name + "' setting in readonly mode");
        }
    }

    private static Set<String> tableFunctions(ChdbConnection connection) throws IOException {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        connection.query(ALL_TABLE_FUNCTIONS.getBytes(StandardCharsets.UTF_8), "TabSeparatedRaw", Map.of(), names);
        return Set.of(names.toString(StandardCharsets.UTF_8).strip().split("\n"));
    }

    private static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /** Parameters are read as a field of TabSeparated. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
    }

    private static ClickHouseException denied(String why) {
        return ClickHouseException.of(ClickHouseException.ACCESS_DENIED, "ACCESS_DENIED", why);
    }
}
