package com.alumoutreach.embedded.clickhouse;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One statement from its request to its answer, on a session of its own. */
final class QueryRun {
    // ClickHouse's max_query_size: an INSERT's header stands within it, its data may be of any length.
    private static final int MAX_HEADER = 262_144;
    // Other statements come whole; the engine applies max_query_size to them, this only protects the heap.
    private static final int MAX_STATEMENT = 16 << 20;

    private final QueryRequest request;
    private final InputStream body;
    private final byte[] head;
    private final QueryText text;

    private QueryRun(QueryRequest request, InputStream body, byte[] head) {
        this.request = request;
        this.body = body;
        this.head = head;
        this.text = QueryText.of(head);
    }

    /** Reads as much of the request as tells what it is: the query parameter and the body are one text. */
    static QueryRun read(QueryRequest request, InputStream body) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(request.query().strip().getBytes(StandardCharsets.UTF_8));
        if (head.size() > 0) {
            head.write('\n');
        }
        head.write(body.readNBytes(MAX_HEADER));
        return new QueryRun(request, body, head.toByteArray());
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    String format() {
        String own = text.ownFormat();
        return own != null && !text.isInsertWithData() ? own : request.defaultFormat();
    }

    QueryStatistics run(ChdbConnection connection, Account account, OutputStream out) throws IOException {
        text.requireAllowed();
        String tenant = account.tenant();
        if (tenant != null) {
            return runForAnalyst(connection, account, tenant, out);
        }
        prepare(connection);
        Map<String, String> parameters = request.parameters();
        if (text.isInsertWithData()) {
            String format = text.ownFormat();
            if (format == null && head.length >= MAX_HEADER) {
                throw tooLarge(MAX_HEADER); // the header may go on behind what we have read
            }
            return connection.insert(text.insertHeader(), format == null ? "Values" : format, parameters, data());
        }
        return runStatement(connection, wholeStatement(), account, out);
    }

    private QueryStatistics runForAnalyst(ChdbConnection connection, Account account, String tenant, OutputStream out)
            throws IOException {
        QueryText whole = wholeStatement();
        AnalystWalls.require(whole.tokens(), connection);
        request.settings().keySet().forEach(AnalystWalls::requireSetting);
        use(connection);
        set(connection, "readonly");
        AnalystWalls.prepare(connection, account, tenant, request.database());
        return runStatement(connection, whole, account, out);
    }

    private QueryStatistics runStatement(ChdbConnection connection, QueryText whole, Account account, OutputStream out)
            throws IOException {
        whole.requireAllowed();
        String user = account.name();
        Map<String, String> parameters = request.parameters();
        byte[] sql = whole.asUser(user);
        if (connection.statements(sql) > 1) {
            throw ClickHouseException.of(
                    ClickHouseException.SYNTAX_ERROR, "SYNTAX_ERROR", "Multi-statements are not allowed");
        }
        QueryStatistics streamed = null;
        if (whole.isStreamable(format())) {
            streamed = connection.stream(sql, format(), parameters, out);
        }
        return streamed != null ? streamed : connection.query(sql, format(), parameters, out);
    }

    private void prepare(ChdbConnection connection) {
        use(connection);
        set(connection, "readonly");
        // Last, because nothing can be set any more behind readonly=1.
        String readOnly = request.settings().get("readonly");
        if (readOnly != null) {
            set(connection, Map.entry("readonly", readOnly));
        } else if (request.isReadOnly()) {
            connection.execute("SET readonly = 2");
        }
    }

    private void use(ChdbConnection connection) {
        if (!request.database().isEmpty()) {
            connection.execute("USE `" + escape(request.database(), '`') + "`");
        }
    }

    /** All settings of the request but one. */
    private void set(ChdbConnection connection, String butNot) {
        request.settings().entrySet().stream()
                .filter(s -> !s.getKey().equals(butNot))
                .forEach(s -> set(connection, s));
    }

    private static void set(ChdbConnection connection, Map.Entry<String, String> setting) {
        connection.execute("SET " + setting.getKey() + " = '" + escape(setting.getValue(), '\'') + "'");
    }

    private InputStream data() {
        int start = Math.min(text.dataStart(), head.length);
        return new SequenceInputStream(new ByteArrayInputStream(head, start, head.length - start), body);
    }

    private QueryText wholeStatement() throws IOException {
        byte[] rest = body.readNBytes(MAX_STATEMENT);
        if (rest.length == 0) {
            return text;
        }
        if (body.read() >= 0) {
            throw tooLarge(MAX_STATEMENT);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream(head.length + rest.length);
        whole.write(head);
        whole.write(rest);
        return QueryText.of(whole.toByteArray());
    }

    private static ClickHouseException tooLarge(int limit) {
        return ClickHouseException.of(
                ClickHouseException.SYNTAX_ERROR,
                "SYNTAX_ERROR",
                "Max query size exceeded: a statement without its data may have " + limit + " bytes");
    }

    private static String escape(String text, char quote) {
        return text.replace("\\", "\\\\").replace(String.valueOf(quote), "\\" + quote);
    }
}
