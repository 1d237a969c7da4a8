package com.alumoutreach.benchmarks;

import com.alumoutreach.analytics.generating.EventGenerator;
import com.alumoutreach.analytics.generating.EventRows;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Tables of generated events, each in the shape of {@code events}, of which one at a time takes the place of {@code events}: so the
 * service reads tables of different sizes, and none is filled twice.
 */
final class Histories {
    /** As many as a history has at scale 1. */
    static final int EVENTS_A_SCALE = 2_000;

    /** The service's own table, while another has its name. */
    private static final String EMPTY = "empty_";

    private static final int ROWS_AN_INSERT = 100_000;
    /** The server works on one with one thread. */
    private static final int INSERTS_AT_ONCE = 2;

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int QUIET_LOOKS = 3;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(30);

    private final ByHand clickHouse;
    private final PrintWriter out;
    private String shown = "";

    Histories(ByHand clickHouse, PrintWriter out) {
        this.clickHouse = clickHouse;
        this.out = out;
    }

    static String tenant(long number) {
        return "tenant-" + number;
    }

    static EventGenerator history(Plan plan, String tenant) {
        return new EventGenerator(new EventGenerator.Plan(tenant, 1, plan.days(), plan.scale(), plan.until()));
    }

    /**
     * What a table holds.
     *
     * @param scale of each tenant's history: so many times {@link #EVENTS_A_SCALE} events
     */
    record Plan(int tenants, int days, long scale, java.time.Instant until) {
        /** Tells tables apart. */
        String table() {
            return "bench_" + tenants + "_" + days + "_" + scale;
        }

        Plan of(int fewerTenants) {
            return new Plan(fewerTenants, days, scale, until);
        }
    }

    /** Puts a table in the place of {@code events}; fills it if nobody did, and waits until ClickHouse merges no more. */
    void show(Plan plan) {
        hide();
        String table = plan.table();
        if (!exists(table)) {
            fill(plan);
        }
        clickHouse.text("RENAME TABLE events TO " + EMPTY + table + ", " + table + " TO events");
        shown = table;
        out.printf(
                Locale.ROOT,
                "  %,d events over %d tenants, %s parts, %s on disk%n",
                clickHouse.number("SELECT count() FROM events"),
                plan.tenants(),
                clickHouse.text(
                        "SELECT count() FROM system.parts WHERE active AND database = 'default' AND table = 'events'"),
                clickHouse.text("SELECT formatReadableSize(sum(bytes_on_disk)) FROM system.parts"
                        + " WHERE active AND database = 'default' AND table = 'events'"));
        out.flush();
    }

    /** The service's own table again. */
    void hide() {
        if (!shown.isEmpty()) {
            clickHouse.text("RENAME TABLE events TO " + shown + ", " + EMPTY + shown + " TO events");
            shown = "";
        }
    }

    /** Finds out what a run left that was ended in the middle. */
    void recover() {
        shown = clickHouse.text("SELECT substring(max(name), " + (EMPTY.length() + 1)
                + ") FROM system.tables WHERE database = 'default' AND startsWith(name, '" + EMPTY + "')");
        hide();
    }

    private boolean exists(String table) {
        return clickHouse.number(
                        "SELECT count() FROM system.tables WHERE database = 'default' AND name = '" + table + "'")
                > 0;
    }

    private void fill(Plan plan) {
        String table = plan.table();
        String filling = table + "_filling";
        clickHouse.text("DROP TABLE IF EXISTS " + filling);
        clickHouse.text("CREATE TABLE " + filling + " AS events");
        String insert = EventRows.INSERT.replace("INTO events ", "INTO " + filling + " ");
        EventRows rows = new EventRows();
        Deque<CompletableFuture<String>> inserting = new ArrayDeque<>();
        long start = System.nanoTime();
        LongStream.range(0, plan.tenants()).forEach(number -> {
            String tenant = tenant(number);
            history(plan, tenant).events().forEachOrdered(event -> {
                rows.add(tenant, event);
                if (rows.count() == ROWS_AN_INSERT) {
                    settle(inserting, INSERTS_AT_ONCE - 1);
                    inserting.add(clickHouse.insert(insert, rows.take()));
                }
            });
        });
        inserting.add(clickHouse.insert(insert, rows.take()));
        settle(inserting, 0);
        long written = clickHouse.number("SELECT count() FROM " + filling);
        double rate = Figures.perSecond(written, start);
        long merging = System.nanoTime();
        awaitMerges();
        out.printf(
                Locale.ROOT,
                "  filled with %,d events, %,.0f/s; then %d s of merges%n",
                written,
                rate,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - merging));
        clickHouse.text("RENAME TABLE " + filling + " TO " + table);
    }

    private static void settle(Deque<CompletableFuture<String>> inserting, int left) {
        while (inserting.size() > left) {
            inserting.remove().join();
        }
    }

    /** ClickHouse merges by itself, as it does in production; nothing is asked for. */
    private void awaitMerges() {
        long patience = System.nanoTime() + PATIENCE_NANOS;
        int quiet = 0;
        while (quiet < QUIET_LOOKS && System.nanoTime() < patience) {
            quiet = clickHouse.number("SELECT count() FROM system.merges") == 0 ? quiet + 1 : 0;
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
