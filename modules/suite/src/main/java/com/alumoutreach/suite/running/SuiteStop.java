package com.alumoutreach.suite.running;

import java.time.Duration;

/** Stops a suite from outside its process. */
public final class SuiteStop {
    /** Services drain for some seconds, then three servers shut down. */
    private static final Duration WITHIN = Duration.ofSeconds(60);

    private SuiteStop() {}

    /**
     * Returns when suite and servers are gone; the servers of a killed suite, too.
     *
     * @return false when there was nothing to stop
     */
    public static boolean stop(DataFolder data) {
        if (!data.exists()) {
            return false;
        }
        boolean suite = SuiteLock.isHeld(data);
        if (suite) {
            SuiteLock.holder(data)
                    .orElseThrow(() -> new SuiteException("the suite on " + data.root() + " wrote no suite.pid"))
                    .destroy();
            awaitEnd(data);
        }
        boolean servers = Servers.stopLeftOver(data);
        return suite || servers;
    }

    private static void awaitEnd(DataFolder data) {
        long deadline = System.nanoTime() + WITHIN.toNanos();
        while (SuiteLock.isHeld(data)) {
            if (System.nanoTime() > deadline) {
                throw new SuiteException(
                        "the suite on " + data.root() + " did not stop within " + WITHIN.toSeconds() + " s");
            }
            Pause.shortly();
        }
    }
}
