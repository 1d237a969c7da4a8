package com.alumoutreach.embedded.clickhouse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** The one engine of this process: opens a session for each request and bounds how many run at once. */
final class ChdbEngine implements AutoCloseable {
    // Two to four cores serve an embedded engine; more queries at once only share them and add up their memory.
    static final int MAX_IN_FLIGHT = 16;

    private final ChdbFunctions chdb;
    private final String pathArgument;
    private final Semaphore permits = new Semaphore(MAX_IN_FLIGHT, true);
    // Closing the last session stops the engine, so this one stays open as long as we live.
    private final ChdbConnection keeper;
    private final String version;
    private final String timezone;

    ChdbEngine(Path library, Path data) throws IOException {
        chdb = new ChdbFunctions(library);
        ChdbFunctions.call(chdb.signalHandlers, 0); // signals belong to the JVM
        pathArgument = "--path=" + data.toAbsolutePath();
        keeper = ChdbConnection.open(chdb, "chdb", pathArgument);
        version = ask("SELECT version()");
        timezone = ask("SELECT timezone()");
    }

    String version() {
        return version;
    }

    String timezone() {
        return timezone;
    }

    /** Waits for a free place, first come first served, then opens a session; closing it gives the place back. */
    Session open() throws InterruptedException {
        permits.acquire();
        try {
            return new Session(ChdbConnection.open(chdb, "chdb", pathArgument));
        } catch (RuntimeException e) {
            permits.release();
            throw e;
        }
    }

    /** Waits for running requests, so that no thread is inside the engine when it stops. */
    @Override
    public void close() {
        permits.acquireUninterruptibly(MAX_IN_FLIGHT);
        keeper.close();
        ChdbFunctions.call(chdb.shutdown);
    }

    private String ask(String sql) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        keeper.query(sql.getBytes(StandardCharsets.UTF_8), "TabSeparated", Map.of(), out);
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    /** A connection that holds one of the places. */
    final class Session implements AutoCloseable {
        private final ChdbConnection connection;

        private Session(ChdbConnection connection) {
            this.connection = connection;
        }

        ChdbConnection connection() {
            return connection;
        }

        @Override
        public void close() {
            try {
                connection.close();
            } finally {
                permits.release();
            }
        }
    }
}
