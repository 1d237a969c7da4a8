package com.alumoutreach.backbone.replay;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.LoggedEvents;
import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The backfills from one schema's log. */
@EachBean(ServiceModule.class)
class ReplayLog {
    private final String schema;
    private final Database database;
    private final LoggedEvents events;

    ReplayLog(@Parameter ServiceModule module, Database database) {
        this.schema = module.schema();
        this.database = database;
        this.events = new LoggedEvents(module.schema());
    }

    /** A backfill that is under way, locked for this step. */
    record Running(UUID id, ReplayRequest request, long nextSeq, long untilSeq) {}

    /** How many events of each type a request means. */
    Map<String, Long> count(ReplayRequest request) {
        return database.inSystemTransaction(tx -> bind(
                        tx.createQuery("SELECT event_type, count(*) AS n FROM " + schema + ".system_events WHERE "
                                + LoggedEvents.CHOSEN + " GROUP BY event_type"),
                        request)
                .reduceRows(new TreeMap<String, Long>(), (counts, row) -> {
                    counts.put(row.getColumn("event_type", String.class), row.getColumn("n", Long.class));
                    return counts;
                }));
    }

    /** Up to what the relay has published: later events come to the durable by themselves. */
    void begin(Handle tx, UUID id, ReplayRequest request) {
        bind(tx.createUpdate("""
                        INSERT INTO %1$s.replays (id, durable, patterns, tenant_id, from_at, to_at, rate, requested_by,
                          next_seq, until_seq, status)
                        SELECT :id, :durable, :patterns, :tenant, :from, :to, :rate, :by,
                          coalesce((SELECT min(seq) FROM %1$s.system_events WHERE created_at >= :from AND created_at < :to), 0),
                          (SELECT seq FROM %1$s.relay_cursor), 'running'""".formatted(schema)), request)
                .bind("id", id)
                .bind("durable", request.durable())
                .bind("rate", request.rate())
                .bind("by", request.requestedBy())
                .execute();
    }

    Optional<Replay> find(Handle tx, UUID id) {
        return tx.createQuery("SELECT * FROM " + schema + ".replays WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> replay(row))
                .findFirst();
    }

    void cancel(UUID id) {
        database.inSystemTransaction(tx -> tx.createUpdate("UPDATE " + schema
                        + ".replays SET status = 'cancelled', moved_at = now() WHERE id = :id AND status = 'running'")
                .bind("id", id)
                .execute());
    }

    /** The backfill that waited longest, unless another instance is at it. */
    Optional<Running> next(Handle tx) {
        return tx.createQuery("SELECT * FROM " + schema
                        + ".replays WHERE status = 'running' ORDER BY moved_at LIMIT 1 FOR UPDATE SKIP LOCKED")
                .map((row, context) -> running(row))
                .findFirst();
    }

    /** The next events of a backfill, in the order of the log. */
    LoggedEvents.Page read(Handle tx, Running replay, int limit) {
        return events.chosen(tx, query -> bind(query, replay.request()), replay.nextSeq(), replay.untilSeq(), limit);
    }

    void move(Handle tx, Running replay, long nextSeq, int published) {
        tx.createUpdate("UPDATE " + schema + ".replays SET next_seq = :next, published = published + :published,"
                        + " moved_at = now(), status = CASE WHEN :next > until_seq THEN 'completed' ELSE status END"
                        + " WHERE id = :id")
                .bind("next", nextSeq)
                .bind("published", published)
                .bind("id", replay.id())
                .execute();
    }

    private static <T extends SqlStatement<T>> T bind(T statement, ReplayRequest request) {
        return statement
                .bindArray("patterns", String.class, request.patterns().toArray())
                .bind("tenant", request.tenantId())
                .bind("from", request.from().atOffset(ZoneOffset.UTC))
                .bind("to", request.to().atOffset(ZoneOffset.UTC));
    }

    private static Replay replay(ResultSet row) throws SQLException {
        return new Replay(
                row.getObject("id", UUID.class),
                row.getString("durable"),
                row.getString("tenant_id"),
                row.getObject("from_at", OffsetDateTime.class).toInstant(),
                row.getObject("to_at", OffsetDateTime.class).toInstant(),
                row.getString("requested_by"),
                row.getLong("published"),
                row.getString("status"));
    }

    private static Running running(ResultSet row) throws SQLException {
        return new Running(
                row.getObject("id", UUID.class),
                new ReplayRequest(
                        row.getString("durable"),
                        List.of((String[]) row.getArray("patterns").getArray()),
                        row.getString("tenant_id"),
                        row.getObject("from_at", OffsetDateTime.class).toInstant(),
                        row.getObject("to_at", OffsetDateTime.class).toInstant(),
                        row.getInt("rate"),
                        row.getString("requested_by")),
                row.getLong("next_seq"),
                row.getLong("until_seq"));
    }
}
