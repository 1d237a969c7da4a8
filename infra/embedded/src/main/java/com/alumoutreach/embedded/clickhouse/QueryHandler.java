package com.alumoutreach.embedded.clickhouse;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/** Answers {@code GET /ping} and every query: authenticate, run on a session of its own, answer or name the error. */
final class QueryHandler implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(QueryHandler.class.getName());
    private static final long MAX_DRAINED = 256L << 20;
    private static final byte[] OK = "Ok.\n".getBytes(StandardCharsets.UTF_8);

    private final ChdbEngine engine;
    private final Accounts accounts;
    private final AnalystWalls analysts = new AnalystWalls();
    private final String displayName = InetAddress.getLoopbackAddress().getHostName();

    QueryHandler(ChdbEngine engine, Accounts accounts) {
        this.engine = engine;
        this.accounts = accounts;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        switch (path) {
            case "/" -> answerQuery(exchange);
            case "/ping", "/replicas_status" -> send(exchange, 200, OK);
            default -> send(exchange, 404, ("There is no handle " + path + "\n").getBytes(StandardCharsets.UTF_8));
        }
        // Not after an exception: closing would end a cut answer as if it were whole. The server then drops the
        // connection.
        exchange.close();
    }

    private void answerQuery(HttpExchange exchange) throws IOException {
        Answer answer = null;
        try {
            QueryRequest request = new QueryRequest(exchange);
            writeHeaders(exchange.getResponseHeaders(), request);
            Account account = accounts.require(request.user(), request.password());
            QueryRun run = QueryRun.read(request, body(request, exchange.getRequestBody()));
            if (run.isEmpty()) {
                // A browser or a health check that asks for nothing
                send(exchange, 200, OK);
                return;
            }
            exchange.getResponseHeaders().set("X-ClickHouse-Format", run.format());
            exchange.getResponseHeaders().set("Content-Type", contentType(run.format()));
            answer = new Answer(exchange, Encodings.choose(request.acceptEncoding()), request.wantsNativeCompression());
            long start = System.nanoTime();
            QueryStatistics statistics;
            Semaphore place = account.tenant() == null ? new Semaphore(1) : analysts.enter(account);
            try (ChdbEngine.Session session = engine.open()) {
                statistics = run.run(session.connection(), account, answer);
            } finally {
                place.release();
            }
            if (!answer.isUnderWay()) {
                exchange.getResponseHeaders().set("X-ClickHouse-Summary", statistics.toJson(System.nanoTime() - start));
            }
            answer.finish();
        } catch (ClickHouseException e) {
            if (answer != null && answer.isUnderWay()) {
                LOG.log(System.Logger.Level.WARNING, "Query failed after its answer had begun: {0}", e.getMessage());
                throw new IOException("answer cut by an error", e);
            }
            sendError(exchange, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("shutting down");
        }
    }

    private static InputStream body(QueryRequest request, InputStream raw) throws IOException {
        InputStream decoded = Encodings.decode(request.contentEncoding(), raw);
        return request.sendsNativeCompression() ? CompressedBlocks.decompress(decoded) : decoded;
    }

    private void writeHeaders(Headers headers, QueryRequest request) {
        headers.set("X-ClickHouse-Server-Display-Name", displayName);
        headers.set("X-ClickHouse-Query-Id", request.queryId());
        headers.set("X-ClickHouse-Timezone", engine.timezone());
        headers.set("X-ClickHouse-Summary", QueryStatistics.NONE.toJson(0));
    }

    private void sendError(HttpExchange exchange, ClickHouseException e) throws IOException {
        // A client that is still sending would find its connection reset instead of this answer.
        exchange.getRequestBody().skip(MAX_DRAINED);
        exchange.getResponseHeaders().set("X-ClickHouse-Exception-Code", String.valueOf(e.code()));
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=UTF-8");
        send(exchange, e.httpStatus(), e.body(engine.version()).getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static String contentType(String format) {
        if (format.startsWith("JSON") && !format.contains("EachRow")) {
            return "application/json; charset=UTF-8";
        }
        if (format.startsWith("JSON")) {
            return "application/x-ndjson; charset=UTF-8";
        }
        if (format.startsWith("CSV")) {
            return "text/csv; charset=UTF-8; header=" + (format.contains("WithNames") ? "present" : "absent");
        }
        if (format.startsWith("TabSeparated") || format.startsWith("TSV")) {
            return "text/tab-separated-values; charset=UTF-8";
        }
        return format.startsWith("RowBinary") || format.equals("Native")
                ? "application/octet-stream"
                : "text/plain; charset=UTF-8";
    }
}
