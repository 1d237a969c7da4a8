package com.alumoutreach.backbone.eventlog;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes the relay of a module right after a commit in this process; other processes' commits are found by the poll. */
@Singleton
public class RelaySignal {
    private final Map<String, Semaphore> signals = new ConcurrentHashMap<>();

    public void wake(String module) {
        Semaphore signal = of(module);
        // One permit is enough: a woken relay reads everything that is there.
        if (signal.availablePermits() == 0) {
            signal.release();
        }
    }

    /** Waits for the next wake-up, at most {@code poll}. */
    void await(String module, Duration poll) throws InterruptedException {
        Semaphore signal = of(module);
        if (signal.tryAcquire(poll.toMillis(), TimeUnit.MILLISECONDS)) {
            signal.drainPermits();
        }
    }

    private Semaphore of(String module) {
        return signals.computeIfAbsent(module, name -> new Semaphore(0));
    }
}
