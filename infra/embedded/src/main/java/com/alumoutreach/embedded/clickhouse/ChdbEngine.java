package com.alumoutreach.embedded.clickhouse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The one engine of this process: opens a session for each request and bounds how many run at once. */
final class ChdbEngine implements AutoCloseable {
    // Two to four cores serve an embedded engine; more queries at once only share them and add up their memory.
    static final int MAX_IN_FLIGHT = 16;

    // chDB reads "1 + 1" as a query; ClickHouse does not.
    private static final String PLAIN_SYNTAX = "--implicit_select=0";
    // An acknowledged insert is on disk, in a part of its own.
    private static final String SYNCHRONOUS = "--async_insert=0";

    private static final int DRAIN_SECONDS = 2;

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
            return new Session(ChdbConnection.open(chdb, "chdb", pathArgument, PLAIN_SYNTAX, SYNCHRONOUS));
        } catch (RuntimeException e) {
            permits.release();
            throw e;
        }
    }

    /**
     * Waits for running requests, after a while by cancelling their queries; no new one gets a place any more.
     *
     * @return whether no thread is inside the engine now, so that it can be closed
     */
    boolean drain() {
        try {
            if (permits.tryAcquire(MAX_IN_FLIGHT, DRAIN_SECONDS, TimeUnit.SECONDS)) {
                return true;
            }
            keeper.execute("KILL QUERY WHERE query_id != queryID() ASYNC");
            return permits.tryAcquire(MAX_IN_FLIGHT, DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Only after {@link #drain}: closing the engine under a query crashes. */
    @Override
    public void close() {
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
