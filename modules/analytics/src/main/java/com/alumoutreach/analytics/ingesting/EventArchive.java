package com.alumoutreach.analytics.ingesting;

import com.alumoutreach.analytics.clickhouse.ArchiveRow;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.backbone.consuming.RawBatchHandler;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives events, each once in effect, although ClickHouse has neither transactions nor unique keys: ids that the table
 * holds already are dropped before the insert, and one writer at a time does both.
 *
 * <p>What is left: a writer that loses its Postgres session in the middle loses the lock as well, while its insert may
 * still arrive in ClickHouse, after another writer looked for the same ids. Such a row is there twice until
 * ReplacingMergeTree merges its part; the service's own figures count distinct ids, so that they are right in between too.
 */
@Singleton
public class EventArchive implements RawBatchHandler {
    private static final Logger LOG = LoggerFactory.getLogger(EventArchive.class);

    private final EventsTable table;
    private final WriterLock lock;

    EventArchive(EventsTable table, WriterLock lock) {
        this.table = table;
        this.lock = lock;
    }

    @Override
    public void on(List<ArchivedEvent> batch) {
        Map<UUID, ArchiveRow> rows = new LinkedHashMap<>();
        for (ArchivedEvent event : batch) {
            rows.putIfAbsent(event.envelope().id(), ArchiveRow.of(event.envelope(), event.streamPosition()));
        }
        table.ensure();
        lock.whileHeld(() -> {
            rows.keySet().removeAll(table.known(rows.values()));
            table.insert(rows.values());
        });
        LOG.debug("analytics.archived events={} new={}", batch.size(), rows.size());
    }
}
