package com.alumoutreach.suite.running;

import java.time.Duration;

/** Between two looks at something that will be so soon. */
public final class Pause {
    private static final Duration SHORT = Duration.ofMillis(10);

    private Pause() {}

    public static void shortly() {
        of(SHORT);
    }

    public static void of(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SuiteException("interrupted", e);
        }
    }
}
