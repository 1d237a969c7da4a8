package com.alumoutreach.analytics.ingesting;

import com.alumoutreach.backbone.database.Database;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/**
 * Lets one instance of the service at a time write to ClickHouse, by a Postgres advisory lock of the session. It is taken
 * for each batch, so that several instances take turns, and is free at once when its holder's process dies.
 */
@Singleton
class WriterLock {
    private static final String NAME = "alum.analytics.writer";

    private final Database database;

    WriterLock(Database database) {
        this.database = database;
    }

    /** Waits for the lock and runs {@code work}. No transaction stays open meanwhile: it would hold the relays' horizon back. */
    void whileHeld(Runnable work) {
        try (Handle session = database.open()) {
            call(session, "pg_advisory_lock");
            try {
                work.run();
            } finally {
                call(session, "pg_advisory_unlock");
            }
        }
    }

    private static void call(Handle session, String function) {
        session.createQuery("SELECT " + function + "(hashtextextended(:name, 0))::text")
                .bind("name", NAME)
                .mapTo(String.class)
                .one();
    }
}
