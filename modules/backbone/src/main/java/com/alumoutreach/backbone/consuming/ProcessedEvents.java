package com.alumoutreach.backbone.consuming;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Which events a durable has handled: the reason why a second delivery has no second effect. */
final class ProcessedEvents {
    private final String insert;
    private final String forgotten;
    private final String durable;

    ProcessedEvents(String schema, String durable) {
        this.durable = durable;
        this.forgotten = "SELECT until FROM " + schema + ".processed_forgotten WHERE consumer = :consumer";
        // Sorted, so that two transactions that mark the same events wait for each other instead of deadlocking.
        this.insert = """
                INSERT INTO %s.processed_events (consumer, event_id)
                SELECT :consumer, id FROM unnest(:ids) AS id ORDER BY id
                ON CONFLICT DO NOTHING RETURNING event_id""".formatted(schema);
    }

    /**
     * Marks events as processed in the transaction of their effects. Another transaction that is marking the same event is
     * waited for, so only one of them gets it.
     *
     * @return those that were not marked before
     */
    Set<UUID> mark(Handle tx, Collection<UUID> ids) {
        return new HashSet<>(tx.createQuery(insert)
                .bind("consumer", durable)
                .bindArray("ids", UUID.class, ids.toArray())
                .mapTo(UUID.class)
                .list());
    }

    /** Of events from before this time it is no longer known whether they were processed; the beginning of time at first. */
    Instant forgottenUntil(Handle tx) {
        return tx.createQuery(forgotten)
                .bind("consumer", durable)
                .mapTo(OffsetDateTime.class)
                .findFirst()
                .map(OffsetDateTime::toInstant)
                .orElse(Instant.MIN);
    }
}
