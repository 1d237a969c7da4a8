package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Counts how often one event was tried alone. JetStream's own delivery count is no measure: it also grows for events that
 * were merely in the same batch as the one that killed the process.
 */
final class Attempts {
    private final Database database;
    private final String schema;
    private final String durable;

    Attempts(Database database, String schema, String durable) {
        this.database = database;
        this.schema = schema;
        this.durable = durable;
    }

    /** @param number from 1 */
    record Attempt(int number, Instant first, Instant last) {}

    /** Counts an attempt before it is made and commits that, so that an attempt which kills the process is counted too. */
    Attempt begin(UUID eventId) {
        return database.inSystemTransaction(tx -> tx.createQuery("""
                        INSERT INTO %1$s.delivery_attempts AS a (consumer, event_id, attempts) VALUES (:consumer, :event, 1)
                        ON CONFLICT (consumer, event_id) DO UPDATE SET attempts = a.attempts + 1, last_at = now()
                        RETURNING attempts, first_at, last_at""".formatted(schema))
                .bind("consumer", durable)
                .bind("event", eventId)
                .map((row, context) -> attempt(row))
                .one());
    }

    /** Forgets the count: the event was handled, or is a dead letter now and starts anew when it is redelivered. */
    void forget(Handle tx, UUID eventId) {
        tx.createUpdate("DELETE FROM " + schema + ".delivery_attempts WHERE consumer = :consumer AND event_id = :event")
                .bind("consumer", durable)
                .bind("event", eventId)
                .execute();
    }

    void forget(UUID eventId) {
        database.inSystemTransaction(tx -> {
            forget(tx, eventId);
            return true;
        });
    }

    private static Attempt attempt(ResultSet row) throws SQLException {
        return new Attempt(
                row.getInt(1),
                row.getObject(2, OffsetDateTime.class).toInstant(),
                row.getObject(3, OffsetDateTime.class).toInstant());
    }
}
