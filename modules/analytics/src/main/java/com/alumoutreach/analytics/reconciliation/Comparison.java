package com.alumoutreach.analytics.reconciliation;

import com.alumoutreach.backbone.logs.HourSummary;
import com.alumoutreach.backbone.logs.ServiceLogs;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * One comparison from begin to end. Counts and checksums of each hour tell where to look, ids what is missing and what is surplus.
 *
 * <p>ClickHouse is asked before the log: an event that it has was committed before, so that it is in the log when that is read. Were it
 * the other way round, an event that came in between would look surplus.
 */
final class Comparison {
    /** Ids that are compared at once; an hour of more is compared in parts. */
    private static final long PART = 100_000;

    private static final long LOOK_EVERY_MILLIS = 300;

    private final ServiceLogs logs;
    private final ArchivedHours archived;
    private final Replays.Batch replays;
    private final Range range;
    private final Duration patience;

    private final Set<String> silent = new TreeSet<>();
    private final List<Hour> hours = new ArrayList<>();
    private long compared;

    Comparison(ServiceLogs logs, ArchivedHours archived, Replays.Batch replays, Range range, Duration patience) {
        this.logs = logs;
        this.archived = archived;
        this.replays = replays;
        this.range = range;
        this.patience = patience;
    }

    /** An hour that is not the same, and what was found in it. */
    private static final class Hour {
        private final String service;
        private final ArchivedHours.Key key;
        private final long size;
        private final List<UUID> missingIds = new ArrayList<>();
        private final List<UUID> surplusIds = new ArrayList<>();
        private long logged;
        private long missing;
        private long surplus;
        private long remaining;

        private Hour(String service, ArchivedHours.Key key, long size) {
            this.service = service;
            this.key = key;
            this.size = size;
        }

        private boolean differs() {
            return missing + surplus > 0;
        }

        private Outcome.Difference difference() {
            return new Outcome.Difference(
                    service, key.tenantId(), key.hour(), missing, surplus, remaining, missingIds, surplusIds);
        }
    }

    /**
     * Compares, repairs and waits for the repair.
     *
     * @throws com.alumoutreach.analytics.clickhouse.ClickHouseAwayException while ClickHouse is away
     * @throws com.alumoutreach.backbone.jetstream.NatsAwayException when what is missing could not be given again
     */
    Outcome run() throws InterruptedException {
        for (String service : new TreeSet<>(logs.services())) {
            summarize(service);
        }
        for (Hour hour : hours) {
            if (!silent.contains(hour.service)) {
                compare(hour);
            }
        }
        replays.flush();
        awaitArrival();
        return outcome();
    }

    private void summarize(String service) {
        Map<ArchivedHours.Key, ArchivedHours.Count> rest = archived.counts(service, range);
        List<HourSummary> logged = new ArrayList<>();
        List<Hour> different = new ArrayList<>();
        long[] events = {0};
        boolean complete = logs.summaries(service, range.tenantId(), range.from(), range.to(), hour -> {
            events[0] += hour.events();
            ArchivedHours.Key key = new ArchivedHours.Key(hour.tenantId(), hour.hour());
            ArchivedHours.Count count = rest.remove(key);
            if (!new ArchivedHours.Count(hour.events(), hour.checksum()).equals(count)) {
                different.add(new Hour(service, key, Math.max(hour.events(), count == null ? 0 : count.rows())));
            }
        });
        if (!complete) {
            silent.add(service);
            return;
        }
        compared += events[0];
        rest.forEach((key, count) -> different.add(new Hour(service, key, count.rows())));
        hours.addAll(different);
    }

    private void compare(Hour hour) {
        Instant end = earlier(hour.key.hour().plus(1, ChronoUnit.HOURS), range.to());
        Instant begin = later(hour.key.hour(), range.from());
        long parts = Math.ceilDiv(Math.max(1, hour.size), PART);
        Duration length =
                Duration.ofMillis(Math.ceilDiv(Duration.between(begin, end).toMillis(), parts));
        for (Instant from = begin; from.isBefore(end); from = from.plus(length)) {
            if (!comparePart(hour, new Range(hour.key.tenantId(), from, earlier(from.plus(length), end)))) {
                silent.add(hour.service);
                return;
            }
        }
    }

    private boolean comparePart(Hour hour, Range part) {
        Set<UUID> ids = archived.ids(hour.service, part);
        boolean complete = logs.read(hour.service, part.tenantId(), List.of(), part.from(), part.to(), event -> {
            hour.logged++;
            if (!ids.remove(event.id())) {
                hour.missing++;
                name(hour.missingIds, event.id());
                replays.add(event);
            }
        });
        if (complete) {
            hour.surplus += ids.size();
            ids.forEach(id -> name(hour.surplusIds, id));
        }
        return complete;
    }

    private static void name(List<UUID> ids, UUID id) {
        if (ids.size() < Outcome.MAX_IDS) {
            ids.add(id);
        }
    }

    /** Until each hour has as many events as the log and the surplus have together. */
    private void awaitArrival() throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        List<Hour> repaired =
                new ArrayList<>(hours.stream().filter(hour -> hour.missing > 0).toList());
        while (true) {
            for (Iterator<Hour> waiting = repaired.iterator(); waiting.hasNext(); ) {
                Hour hour = waiting.next();
                long there = archived.events(hour.service, range(hour));
                hour.remaining = Math.max(0, hour.logged + hour.surplus - there);
                if (hour.remaining == 0) {
                    waiting.remove();
                }
            }
            if (repaired.isEmpty() || System.nanoTime() > deadline) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }

    private Range range(Hour hour) {
        return new Range(
                hour.key.tenantId(),
                later(hour.key.hour(), range.from()),
                earlier(hour.key.hour().plus(1, ChronoUnit.HOURS), range.to()));
    }

    private Outcome outcome() {
        long missing = hours.stream().mapToLong(hour -> hour.missing).sum();
        long surplus = hours.stream().mapToLong(hour -> hour.surplus).sum();
        long remaining = hours.stream().mapToLong(hour -> hour.remaining).sum();
        return new Outcome(
                compared,
                missing,
                surplus,
                missing,
                remaining,
                List.copyOf(silent),
                surplus == 0 && remaining == 0 && silent.isEmpty(),
                hours.stream()
                        .filter(Hour::differs)
                        .limit(Outcome.MAX_DIFFERENCES)
                        .map(Hour::difference)
                        .toList());
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
