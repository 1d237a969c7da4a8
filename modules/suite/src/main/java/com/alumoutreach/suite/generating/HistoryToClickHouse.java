package com.alumoutreach.suite.generating;

import com.alumoutreach.analytics.generating.EventGenerator;
import com.alumoutreach.analytics.generating.EventRows;
import com.alumoutreach.suite.client.ClickHouseQuery;
import com.alumoutreach.suite.running.SuiteException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/** Puts histories straight into ClickHouse, for benchmarks: no log and no stream has these events. */
public final class HistoryToClickHouse {
    /** Some 45 MB: parts that are large enough not to be merged for ever. */
    private static final int ROWS_AN_INSERT = 100_000;

    /** The server works on one with one thread. */
    private static final int INSERTS_AT_ONCE = 2;

    private final ClickHouseQuery clickHouse;
    private final LongConsumer progress;
    private final EventRows rows = new EventRows();
    private final Deque<CompletableFuture<Void>> inserting = new ArrayDeque<>();
    private final Executor threads = task -> Thread.ofVirtual().start(task);
    private long written;

    /** @param progress is given the number of rows that were written so far */
    public HistoryToClickHouse(ClickHouseQuery clickHouse, LongConsumer progress) {
        this.clickHouse = clickHouse;
        this.progress = progress;
    }

    /** Adds a history; a row that is there already replaces itself at a merge. */
    public void write(String tenant, EventGenerator history) {
        history.events().forEachOrdered(event -> {
            rows.add(tenant, event);
            if (rows.count() == ROWS_AN_INSERT) {
                insert();
            }
        });
    }

    /**
     * Writes what is left.
     *
     * @return how many rows there were
     */
    public long finish() {
        insert();
        settle(0);
        return written;
    }

    /** While these are inserted the next are made. */
    private void insert() {
        settle(INSERTS_AT_ONCE - 1);
        written += rows.count();
        byte[] body = rows.take();
        inserting.add(CompletableFuture.runAsync(() -> clickHouse.insert(EventRows.INSERT, body), threads));
        progress.accept(written);
    }

    /** Waits until no more than so many are on their way. */
    private void settle(int left) {
        try {
            while (inserting.size() > left) {
                inserting.remove().join();
            }
        } catch (CompletionException e) {
            throw e.getCause() instanceof SuiteException failure ? failure : e;
        }
    }
}
