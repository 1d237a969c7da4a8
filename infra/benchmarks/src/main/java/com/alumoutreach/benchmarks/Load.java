package com.alumoutreach.benchmarks;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.HdrHistogram.Histogram;

/** What the two latency benchmarks share: waiting for the last event, and the differences of times. */
final class Load {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_NANOS = 5_000_000;
    private static final int DIGITS = 3;

    private Load() {}

    static void await(IntSupplier seen, int wanted) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (seen.getAsInt() < wanted) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Only " + seen.getAsInt() + " of " + wanted + " were seen");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** In microseconds; every beginning must have an end. */
    static Histogram differences(Map<String, Long> beginnings, Map<String, Long> ends) {
        Histogram micros = new Histogram(DIGITS);
        beginnings.forEach((key, begin) -> {
            Long end = ends.get(key);
            if (end == null) {
                throw new IllegalStateException("Nothing was seen of " + key);
            }
            micros.recordValue(TimeUnit.NANOSECONDS.toMicros(Math.max(0, end - begin)));
        });
        return micros;
    }
}
