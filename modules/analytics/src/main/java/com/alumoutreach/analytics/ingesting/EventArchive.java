package com.alumoutreach.analytics.ingesting;

import com.alumoutreach.analytics.clickhouse.ArchiveRow;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.analytics.clickhouse.EventsTable.Key;
import com.alumoutreach.backbone.consuming.RawBatchHandler;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives events, each once in effect, although ClickHouse has neither transactions nor unique keys: events that the table
 * holds already are dropped before the insert, and one writer at a time does both. An event is the same when its id and its
 * tenant are.
 *
 * <p>What is left: a writer that loses its Postgres session in the middle loses the lock as well, while its insert may
 * still arrive in ClickHouse, after another writer looked for the same ids. Such a row is there twice until
 * ReplacingMergeTree merges its part; the service's own figures count distinct ids, so that they are right in between too.
 */
@Singleton
public class EventArchive implements RawBatchHandler<EventArchive.Arrived> {
    private static final Logger LOG = LoggerFactory.getLogger(EventArchive.class);

    /** Each insert is a part that ClickHouse must merge with others: of small ones at most five a second. */
    private static final long PAUSE_NANOS = 200_000_000;

    private static final int SMALL = 1_000;

    private final EventsTable table;
    private final WriterLock lock;
    private final RecentRows recent;
    private volatile long lastInsert = System.nanoTime() - PAUSE_NANOS;

    EventArchive(EventsTable table, WriterLock lock, Clock clock) {
        this.table = table;
        this.lock = lock;
        this.recent = new RecentRows(table, clock);
    }

    /**
     * An event that is to be archived.
     *
     * @param again whether it was here before, or comes another way than by its stream
     */
    public record Arrived(ArchiveRow row, boolean again) {}

    @Override
    public Arrived read(ArchivedEvent event) {
        return new Arrived(
                ArchiveRow.of(event.envelope(), event.streamPosition(), event.traceParent()),
                event.attempt() > 1 || event.streamPosition() == 0);
    }

    @Override
    public void store(List<Arrived> batch) {
        Map<Key, ArchiveRow> rows = LinkedHashMap.newLinkedHashMap(batch.size());
        Set<Key> again = new HashSet<>();
        for (Arrived event : batch) {
            Key key = Key.of(event.row());
            rows.putIfAbsent(key, event.row());
            if (event.again()) {
                again.add(key);
            }
        }
        pause(rows.size());
        table.ensure();
        lock.whileHeld(() -> store(rows, again));
        LOG.debug("analytics.archived events={} new={}", batch.size(), rows.size());
    }

    /** @param again those that were here before, or come another way than by their stream */
    private void store(Map<Key, ArchiveRow> rows, Set<Key> again) {
        recent.look();
        List<ArchiveRow> doubtful = new ArrayList<>(recent.doubtful(rows.values()));
        again.forEach(key -> doubtful.add(rows.get(key)));
        if (!doubtful.isEmpty()) {
            rows.keySet().removeAll(table.known(doubtful));
        }
        if (rows.isEmpty()) {
            return;
        }
        recent.storing(rows.values());
        table.insert(rows.values());
        recent.stored();
        lastInsert = System.nanoTime();
    }

    /** After a pause nobody waits; while events trickle in, they wait for each other. */
    private void pause(int rows) {
        long nanos = lastInsert + PAUSE_NANOS - System.nanoTime();
        if (rows < SMALL && nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
    }
}
