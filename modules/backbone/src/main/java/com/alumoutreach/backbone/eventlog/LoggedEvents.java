package com.alumoutreach.backbone.eventlog;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Reads what a log holds by time, tenant and type, for backfills. */
public final class LoggedEvents {
    /** Parameters: from, to, tenant (null for all), patterns (regular expressions). */
    public static final String CHOSEN = "created_at >= :from AND created_at < :to"
            + " AND (:tenant::text IS NULL OR org_id = :tenant) AND event_type ~ ANY(:patterns)";

    /** Positions that one page looks at, so that a rare type does not make it a long transaction. */
    private static final int WINDOW = 50_000;

    private final String query;
    private final String byId;

    public LoggedEvents(String schema) {
        this.query = "SELECT seq, " + LogRow.COLUMNS + " FROM " + schema
                + ".system_events WHERE seq >= :next AND seq < :end" + " AND " + CHOSEN + " ORDER BY seq LIMIT :limit";
        this.byId = "SELECT " + LogRow.COLUMNS + " FROM " + schema + ".system_events WHERE id = ANY(:ids)";
    }

    /** @param nextSeq where the next page begins */
    public record Page(List<LogRow> events, long nextSeq) {}

    private record Logged(long seq, LogRow event) {}

    /**
     * One page, which may be empty although there is more.
     *
     * @param choice binds the parameters of {@link #CHOSEN}
     * @param untilSeq the last position of all
     */
    public Page chosen(Handle tx, UnaryOperator<Query> choice, long nextSeq, long untilSeq, int limit) {
        long end = Math.min(nextSeq + WINDOW, untilSeq + 1);
        List<Logged> rows = choice.apply(tx.createQuery(query))
                .bind("next", nextSeq)
                .bind("end", end)
                .bind("limit", limit)
                .map((row, context) -> new Logged(row.getLong(1), LogRow.read(row, 2)))
                .list();
        long next = rows.size() == limit ? rows.getLast().seq() + 1 : end;
        return new Page(rows.stream().map(Logged::event).toList(), next);
    }

    /** These events as they would be published now, in no order. */
    public List<LogRow> byId(Handle tx, Collection<UUID> ids) {
        return tx.createQuery(byId)
                .bindArray("ids", UUID.class, ids.toArray())
                .map((row, context) -> LogRow.read(row, 1))
                .list();
    }
}
