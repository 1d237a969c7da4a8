package com.alumoutreach.analytics.ingesting;

import com.alumoutreach.analytics.clickhouse.ArchiveRow;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;

/**
 * Says which rows the table might hold already, so that only for those ClickHouse is asked. A row that is younger than the
 * youngest in the table was never stored, unless by us since we looked; what we stored since is remembered.
 *
 * <p>That holds only while nobody else writes, and the lock is taken anew for each batch. So the table itself is asked, before
 * each batch, whether it is as we left it. If not (another instance had its turn, an insert of ours was cut, somebody added
 * rows by hand), all begins anew. Used under {@link WriterLock} alone.
 */
final class RecentRows {
    /** When it is full, all begins anew as well. */
    private static final int REMEMBERED = 200_000;

    private final EventsTable table;
    private final Clock clock;
    private final IdSet stored = new IdSet(REMEMBERED);
    private YearMonth month = YearMonth.of(1, 1);
    private long youngest = Long.MAX_VALUE;
    /** What the table said after our last insert; no answer of its own is empty. */
    private String left = "";

    RecentRows(EventsTable table, Clock clock) {
        this.table = table;
        this.clock = clock;
    }

    /** Before anything else of a batch. */
    synchronized void look() {
        YearMonth now = YearMonth.now(clock.withZone(ZoneOffset.UTC));
        if (now.equals(month)
                && stored.size() <= REMEMBERED
                && table.contents(now).writes().equals(left)) {
            return;
        }
        // A writer before us may be gone, or given up on an answer, while its insert is still at work.
        table.awaitInserts();
        EventsTable.Contents contents = table.contents(now);
        if (!left.isEmpty() || stored.size() > REMEMBERED) {
            stored.clear();
        }
        month = now;
        youngest = contents.youngest();
        left = contents.writes();
    }

    /** Those that the table might hold; the others it surely does not. */
    synchronized List<ArchiveRow> doubtful(Collection<ArchiveRow> rows) {
        long end = month.plusMonths(1)
                .atDay(1)
                .atStartOfDay()
                .toInstant(ZoneOffset.UTC)
                .toEpochMilli();
        return rows.stream()
                .filter(row -> {
                    long at = row.occurredAt().toEpochMilli();
                    return at <= youngest || at >= end || stored.contains(row.id());
                })
                .toList();
    }

    /** Before an insert: should it fail, nobody knows which rows are there. */
    synchronized void storing(Collection<ArchiveRow> rows) {
        left = "";
        rows.forEach(row -> stored.add(row.id()));
    }

    /** After an insert that went well. */
    synchronized void stored() {
        left = table.contents(month).writes();
    }
}
