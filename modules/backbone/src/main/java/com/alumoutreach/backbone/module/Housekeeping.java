package com.alumoutreach.backbone.module;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.database.EventLogPartitions;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** Makes next months' partitions and forgets processed events that can no longer be delivered again. */
@Singleton
final class Housekeeping implements BackgroundWork {
    /** Longer than ALUM_EVENTS (7 days) and the dead letters (30 days) keep an event. */
    private static final int KEEP_DAYS = 35;

    /** Rows a transaction, so that housekeeping never holds the relay's horizon back for long. */
    private static final int CHUNK = 10_000;

    private final Database database;
    private final EventLogPartitions partitions;
    private final List<ServiceModule> modules;

    Housekeeping(Database database, EventLogPartitions partitions, List<ServiceModule> modules) {
        this.database = database;
        this.partitions = partitions;
        this.modules = modules;
    }

    @Override
    public String name() {
        return "housekeeping";
    }

    @Override
    public Duration idle() {
        return Duration.ofHours(6);
    }

    @Override
    public boolean step() {
        boolean more = false;
        for (ServiceModule module : modules) {
            partitions.ensure(module);
            more |= forgetOld(module) == CHUNK;
        }
        return more;
    }

    private int forgetOld(ServiceModule module) {
        return database.inSystemTransaction(tx -> tx.createUpdate("""
                        DELETE FROM %1$s.processed_events WHERE ctid IN (
                          SELECT ctid FROM %1$s.processed_events
                          WHERE processed_at < now() - make_interval(days => :days) LIMIT :chunk)""".formatted(module.schema()))
                .bind("days", KEEP_DAYS)
                .bind("chunk", CHUNK)
                .execute());
    }
}
