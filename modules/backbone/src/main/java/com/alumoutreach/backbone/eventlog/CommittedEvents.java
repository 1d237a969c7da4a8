package com.alumoutreach.backbone.eventlog;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log in the order of its positions, as far as no running transaction can still add a row before.
 *
 * <p>A position that is missing belongs to a transaction that still runs, or that was rolled back. Which of the two is known
 * once every transaction is over that ran when the gap was seen: a row's transaction has its id before the row has its
 * position, so none that starts later can fill it. Positions are given out after the row of the changed entity was locked, so
 * their order is the order of the changes of an entity, which that of transaction ids is not.
 */
final class CommittedEvents {
    /** Bounds what one batch holds in memory and puts on the wire at once. */
    private static final long MAX_BATCH_BYTES = 8_000_000;

    private final String query;
    private @Nullable Gap seen;

    CommittedEvents(String schema) {
        // The running sum ends the batch early when its payloads are large; the first row always comes.
        this.query = """
                SELECT seq, oldest_running, %3$s FROM (
                  SELECT head.*, sum(octet_length(data)) OVER (ORDER BY seq) AS bytes, row_number() OVER (ORDER BY seq) AS n
                  FROM (
                    SELECT seq, %2$s,
                           pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest_running
                    FROM %1$s.system_events
                    WHERE seq > ?
                    ORDER BY seq LIMIT ?) head) summed
                WHERE bytes <= ? OR n = 1
                ORDER BY seq""".formatted(schema, LogRow.COLUMNS, LogRow.NAMES);
    }

    /** @param oldestRunning a transaction id: all below were over when the row was read */
    record Row(long seq, long oldestRunning, LogRow event) {}

    /** Positions up to {@code through} were given out before the transaction {@code barrier} began. */
    private record Gap(long through, long barrier) {}

    /** The rows after {@code position}, up to the first gap that may still be filled. */
    List<Row> after(Handle connection, long position, int limit) {
        List<Row> rows = read(connection, position, limit);
        int settled = settled(rows, position);
        if (settled < rows.size()) {
            mark(connection, rows.get(settled), rows.getLast());
            if (settled == 0) {
                // Mostly nothing runs any more, and a second look tells.
                rows = read(connection, position, limit);
                settled = settled(rows, position);
            }
        }
        return rows.subList(0, settled);
    }

    private void mark(Handle connection, Row afterGap, Row last) {
        if (seen == null || seen.through() < afterGap.seq()) {
            seen = new Gap(last.seq(), transactionId(connection));
        }
    }

    /** How many of the rows come before the first gap that may still be filled. */
    private int settled(List<Row> rows, long position) {
        long expected = position + 1;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            boolean over = seen != null && row.seq() <= seen.through() && row.oldestRunning() > seen.barrier();
            if (row.seq() != expected && !over) {
                return i;
            }
            expected = row.seq() + 1;
        }
        return rows.size();
    }

    /** A new one, higher than that of every transaction which has one. */
    private static long transactionId(Handle connection) {
        return connection
                .createQuery("SELECT pg_current_xact_id()::text::bigint")
                .mapTo(Long.class)
                .one();
    }

    private List<Row> read(Handle connection, long position, int limit) {
        try (PreparedStatement statement = connection.getConnection().prepareStatement(query)) {
            statement.setLong(1, position);
            statement.setInt(2, limit);
            statement.setLong(3, MAX_BATCH_BYTES);
            List<Row> rows = new ArrayList<>(limit);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(row(result));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(row.getLong(1), row.getLong(2), LogRow.read(row, 3));
    }
}
