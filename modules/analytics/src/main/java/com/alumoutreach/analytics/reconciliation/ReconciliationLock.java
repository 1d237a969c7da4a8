package com.alumoutreach.analytics.reconciliation;

import com.alumoutreach.backbone.database.Database;
import jakarta.inject.Singleton;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one instance of the service at a time compare, by a Postgres advisory lock of the session. It is free at once when its
 * holder's process dies. Should the session be lost in the middle, two may compare for a while: both are right, and what both give
 * again is archived once.
 */
@Singleton
class ReconciliationLock {
    private static final Logger LOG = LoggerFactory.getLogger(ReconciliationLock.class);
    private static final String KEY = "(hashtextextended('alum.analytics.reconciliation', 0))";

    /** A session that says nothing for long is ended. */
    private static final long SIGN_OF_LIFE_SECONDS = 10;

    private final Database database;

    ReconciliationLock(Database database) {
        this.database = database;
    }

    @FunctionalInterface
    interface Work {
        boolean run() throws InterruptedException;
    }

    /** @return what the work returns; false when another instance has the lock */
    boolean ifFree(Work work) throws InterruptedException {
        try (Handle session = database.open()) {
            boolean held = session.createQuery("SELECT pg_try_advisory_lock" + KEY)
                    .mapTo(Boolean.class)
                    .one();
            if (!held) {
                return false;
            }
            CountDownLatch done = new CountDownLatch(1);
            // The session is this thread's alone until it ends.
            Thread keeper = Thread.ofVirtual().name("reconciliation-lock").start(() -> keep(session, done));
            try {
                return work.run();
            } finally {
                done.countDown();
                keeper.join();
                session.createQuery("SELECT pg_advisory_unlock" + KEY)
                        .mapTo(Boolean.class)
                        .one();
            }
        }
    }

    private static void keep(Handle session, CountDownLatch done) {
        try {
            while (!done.await(SIGN_OF_LIFE_SECONDS, TimeUnit.SECONDS)) {
                session.execute("SELECT 1");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (JdbiException e) {
            LOG.warn("reconciliation.lock_lost reason={}", e.getMessage());
        }
    }
}
