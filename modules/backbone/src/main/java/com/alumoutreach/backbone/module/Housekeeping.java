package com.alumoutreach.backbone.module;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.database.EventLogPartitions;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.jetstream.NatsConfig;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** Makes next months' partitions, and forgets what can no longer be delivered again. */
@Singleton
final class Housekeeping implements BackgroundWork {
    /** Longer than the streams and the dead letters keep an event. */
    private static final Duration MARGIN = Duration.ofDays(5);

    /** Rows a transaction, so that housekeeping never holds the relay's horizon back for long. */
    private static final int CHUNK = 10_000;

    private final Database database;
    private final EventLogPartitions partitions;
    private final List<ServiceModule> modules;
    private final NatsConfig streams;

    Housekeeping(Database database, EventLogPartitions partitions, List<ServiceModule> modules, NatsConfig streams) {
        this.database = database;
        this.partitions = partitions;
        this.modules = modules;
        this.streams = streams;
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
    public boolean step() throws SQLException {
        boolean more = false;
        for (ServiceModule module : modules) {
            partitions.ensure(module);
            more |= forgetProcessedEvents(module) == CHUNK;
            more |= forgetMarks(module) == CHUNK;
            more |= forgetIdempotencyKeys(module) == CHUNK;
        }
        return more;
    }

    private int forgetProcessedEvents(ServiceModule module) {
        Duration kept = Collections.max(List.of(streams.eventsMaxAge(), streams.deadLettersMaxAge()));
        return forget("""
                WITH gone AS (
                  DELETE FROM %1$s.processed_events WHERE ctid IN (
                    SELECT ctid FROM %1$s.processed_events
                    WHERE processed_at < now() - make_interval(secs => :age) LIMIT :chunk)
                  RETURNING consumer, processed_at),
                told AS (
                  INSERT INTO %1$s.processed_forgotten AS f (consumer, until)
                  SELECT consumer, max(processed_at) FROM gone GROUP BY consumer
                  ON CONFLICT (consumer) DO UPDATE SET until = greatest(f.until, EXCLUDED.until))
                SELECT count(*) FROM gone""".formatted(module.schema()), kept.plus(MARGIN));
    }

    /** All but the newest, which also tells of a stream that nothing was published to for long. */
    private int forgetMarks(ServiceModule module) {
        return forget("""
                WITH gone AS (
                  DELETE FROM %1$s.relay_marks m WHERE ctid IN (
                    SELECT ctid FROM %1$s.relay_marks
                    WHERE published_at < now() - make_interval(secs => :age) LIMIT :chunk)
                  AND EXISTS (SELECT 1 FROM %1$s.relay_marks newer
                              WHERE newer.stream = m.stream AND newer.seq > m.seq)
                  RETURNING 1)
                SELECT count(*) FROM gone""".formatted(module.schema()), streams.eventsMaxAge().plus(MARGIN));
    }

    private int forgetIdempotencyKeys(ServiceModule module) {
        return forget("""
                WITH gone AS (
                  DELETE FROM %1$s.idempotency_keys WHERE ctid IN (
                    SELECT ctid FROM %1$s.idempotency_keys
                    WHERE created_at < now() - make_interval(secs => :age) LIMIT :chunk)
                  RETURNING 1)
                SELECT count(*) FROM gone""".formatted(module.schema()), Idempotency.KEPT);
    }

    private int forget(String delete, Duration age) {
        return database.inSystemTransaction(tx -> tx.createQuery(delete)
                .bind("age", age.toSeconds())
                .bind("chunk", CHUNK)
                .mapTo(Integer.class)
                .one());
    }
}
