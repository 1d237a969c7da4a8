package com.alumoutreach.benchmarks;

import com.alumoutreach.backbone.eventlog.RelayLoop;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;

/** The relay of a log, as a service runs it. Watched by its cursor, which moves behind acknowledgements. */
final class RunningRelay implements AutoCloseable {
    private static final long POLL_NANOS = 1_000_000;

    private final RelayLoop loop;
    private final Thread thread;
    private final Connection postgres;
    private final PreparedStatement cursor;

    private RunningRelay(RelayLoop loop, String module, Connection postgres) throws SQLException {
        this.loop = loop;
        this.postgres = postgres;
        this.cursor = postgres.prepareStatement("SELECT seq FROM " + module + ".relay_cursor");
        this.thread = Thread.ofVirtual().name("relay").start(this::run);
    }

    /** A new one each time: one that was stopped stays so. */
    static RunningRelay start(Bench bench) throws SQLException {
        return start(bench, BenchModule.NAME);
    }

    /** That of a service's log. */
    static RunningRelay start(Bench bench, String module) throws SQLException {
        return new RunningRelay(
                bench.context().createBean(RelayLoop.class, Qualifiers.byName(module)), module, bench.postgres());
    }

    private void run() {
        try {
            loop.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The position in the log up to which everything is acknowledged. */
    long passed() throws SQLException {
        try (ResultSet row = cursor.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Returns where the cursor is when it has reached {@code position}. */
    long awaitPassed(long position) throws SQLException {
        long passed = passed();
        while (passed < position) {
            LockSupport.parkNanos(POLL_NANOS);
            passed = passed();
        }
        return passed;
    }

    @Override
    public void close() throws SQLException, InterruptedException {
        loop.stop();
        thread.join();
        postgres.close();
    }
}
