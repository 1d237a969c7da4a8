package com.alumoutreach.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts work at fixed times, whether or not earlier work is done, each in a thread of its own. Latency is counted from the
 * time when work was due: a system that falls behind cannot slow down its own measurement (coordinated omission).
 */
final class OpenLoop {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_SECONDS = 60;

    private OpenLoop() {}

    /** One piece of work. */
    @FunctionalInterface
    interface Work {
        /** @param dueNanos of {@link System#nanoTime}: when it should have begun */
        void run(int number, long dueNanos) throws Exception;
    }

    /** Returns when all work is done. */
    static void run(int perSecond, int count, Work work) throws InterruptedException {
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                int number = i;
                long due = start + i * NANOS / perSecond;
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                var unused = threads.submit(() -> {
                    work.run(number, due);
                    return true;
                });
            }
            threads.shutdown();
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Work is left after " + PATIENCE_SECONDS + " s");
            }
        }
    }
}
