package com.alumoutreach.analytics.clickhouse;

import com.alumoutreach.backbone.tracing.Recording;
import com.alumoutreach.backbone.tracing.Tracing;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.Redaction;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.query.GenericRecord;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table {@code events}: one row an event, of all tenants. */
@Singleton
public class EventsTable {
    private static final Logger LOG = LoggerFactory.getLogger(EventsTable.class);
    private static final String TABLE = "events";

    /** Below ClickHouse's max_query_size of 256 KiB. */
    private static final int CHARS_A_LOOKUP = 200_000;
    /** Of a key beside its tenant. */
    private static final int CHARS_A_KEY = 45;

    private static final int MILLIS = 1_000;

    /** Each insert gets numbers that are higher than all before it in its partition; they outlive merges and mutations. */
    private static final String CONTENTS = """
            SELECT toString(cityHash64(groupArray((partition_id, blocks)))) AS writes,
                   toInt64(maxIf(latest, partition_id = {partition:String})) AS youngest
            FROM (SELECT partition_id, max(max_block_number) AS blocks, toUnixTimestamp(max(max_time)) AS latest
                  FROM system.parts WHERE database = currentDatabase() AND table = 'events' AND active
                  GROUP BY partition_id ORDER BY partition_id)""";

    /** ClickHouse refuses an insert into more than 100 partitions (max_partitions_per_insert_block). */
    private static final int MONTHS_AN_INSERT = 50;

    /** Bounds the memory of one insert on both sides: an event may be as large as a NATS message, 1 MB. */
    private static final int BYTES_AN_INSERT = 32 * 1024 * 1024;

    /** Below max_query_size, with every character escaped. */
    private static final int CHARS_A_MUTATION = 100_000;
    /** An id stands in a mutation twice. */
    private static final int CHARS_AN_ID = 80;

    private static final String RUNNING_INSERTS = """
            SELECT toInt64(count()) AS inserts FROM system.processes
            WHERE current_database = currentDatabase() AND query LIKE 'INSERT INTO%events%'
              AND elapsed >= {waited:Float64}""";

    private static final int INSERT_POLLS = 200;
    private static final long INSERT_POLL_NANOS = 50_000_000;
    private static final double NANOS = 1e9;

    private static final String OF_CONTACTS = """
            SELECT id, toString(type) AS event_type, toString(occurred_at) AS at, data, extensions FROM events
            WHERE tenant_id = {tenant:String}
              AND (has(splitByChar('\\n', {contacts:String}), contact_id)
                   OR entity_type = 'contact' AND has(splitByChar('\\n', {contacts:String}), entity_id))
            ORDER BY occurred_at, id LIMIT 1 BY id""";

    private final ClickHouse clickHouse;
    private final ClickHouseMigrations migrations;
    private final ClickHouseLayout layout;
    private final Tracing tracing;
    private volatile boolean ready;

    EventsTable(ClickHouse clickHouse, ClickHouseMigrations migrations, ClickHouseLayout layout, Tracing tracing) {
        this.clickHouse = clickHouse;
        this.migrations = migrations;
        this.layout = layout;
        this.tracing = tracing;
    }

    /** Makes the table, and the database, where missing. Costs nothing once they are known to exist. */
    public void ensure() {
        if (ready) {
            return;
        }
        try {
            migrations.run();
        } catch (ServerException e) {
            if (!ClickHouse.databaseMissing(e)) {
                throw e;
            }
            clickHouse.createDatabase();
            migrations.run();
        }
        ready = true;
        LOG.info("clickhouse.table_ready {}", TABLE);
    }

    public boolean ready() {
        return ready;
    }

    /** Of what happened earlier, only events of {@link LastingTypes} are surely kept. */
    public Instant retainedSince(Instant now) {
        return layout.retainedSince(now);
    }

    /** Those of the rows that the table holds already: the same id of the same tenant. */
    public Set<Key> known(Collection<ArchiveRow> rows) {
        Set<Key> known = new HashSet<>();
        List<ArchiveRow> some = new ArrayList<>();
        int length = 0;
        for (ArchiveRow row : rows) {
            int more = 2 * row.tenantId().length() + CHARS_A_KEY;
            if (!some.isEmpty() && length + more > CHARS_A_LOOKUP) {
                lookUp(some, known);
                some.clear();
                length = 0;
            }
            some.add(row);
            length += more;
        }
        if (!some.isEmpty()) {
            lookUp(some, known);
        }
        return known;
    }

    private void lookUp(List<ArchiveRow> rows, Set<Key> known) {
        LongSummaryStatistics times =
                rows.stream().mapToLong(row -> row.occurredAt().toEpochMilli()).summaryStatistics();
        String keys = rows.stream()
                .map(row -> "(" + literal(row.tenantId()) + ",'" + row.id() + "')")
                .collect(Collectors.joining(","));
        String sql = "SELECT DISTINCT tenant_id, id FROM events"
                + " WHERE occurred_at BETWEEN fromUnixTimestamp64Milli(toInt64({first:Int64}), 'UTC')"
                + " AND fromUnixTimestamp64Milli(toInt64({last:Int64}), 'UTC') AND (tenant_id, id) IN (" + keys + ")";
        Map<String, Object> range = Map.of("first", times.getMin(), "last", times.getMax());
        try {
            for (GenericRecord row : clickHouse.query(sql, range)) {
                known.add(new Key(row.getString("tenant_id"), row.getUUID("id")));
            }
        } catch (ServerException e) {
            throw forgetting(e);
        }
    }

    /** What makes an event the same event. */
    public record Key(String tenantId, UUID id) {
        public static Key of(ArchiveRow row) {
            return new Key(row.tenantId(), row.id());
        }

        /** Of the id alone: two tenants hardly ever use the same. */
        @Override
        public int hashCode() {
            return id.hashCode();
        }
    }

    /**
     * What the table holds, in one cheap question.
     *
     * @param writes differs from an earlier answer when anybody stored a row in between; a merge or a mutation changes nothing
     * @param youngest no row of this month is from later, in milliseconds since 1970; the month's beginning when it has none
     */
    public record Contents(String writes, long youngest) {}

    /** @param month the partition whose youngest row is asked for */
    public Contents contents(YearMonth month) {
        if (layout.clustered()) {
            // The parts of one node say nothing of the others: there is something new each time, and everything is
            // looked up.
            return new Contents(UUID.randomUUID().toString(), Long.MAX_VALUE);
        }
        String partition = "%d%02d".formatted(month.getYear(), month.getMonthValue());
        long beginning = month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
        try {
            GenericRecord row =
                    clickHouse.query(CONTENTS, Map.of("partition", partition)).getFirst();
            // max_time is in whole seconds.
            long youngest = (row.getLong("youngest") + 1) * MILLIS - 1;
            return new Contents(row.getString("writes"), Math.max(beginning(month), youngest));
        } catch (ServerException e) {
            throw forgetting(e);
        }
    }

    /**
     * Returns when every insert into the table is over that is at work now; those that begin meanwhile do not count.
     *
     * @throws ClickHouseAwayException when one goes on for long
     */
    public void awaitInserts() {
        long start = System.nanoTime();
        for (int i = 0; i < INSERT_POLLS; i++) {
            double waited = (System.nanoTime() - start) / NANOS;
            if (clickHouse
                            .query(RUNNING_INSERTS, Map.of("waited", waited))
                            .getFirst()
                            .getLong("inserts")
                    == 0) {
                return;
            }
            LockSupport.parkNanos(INSERT_POLL_NANOS);
        }
        throw new ClickHouseAwayException("An insert that nobody waits for any more does not end");
    }

    private static long beginning(YearMonth month) {
        return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    /** Stores the rows; a failure may leave some of them stored. */
    public void insert(Collection<ArchiveRow> rows) {
        List<ArchiveRow> byMonth = new ArrayList<>(rows);
        byMonth.sort(Comparator.comparing(ArchiveRow::occurredAt));
        List<byte[]> body = new ArrayList<>();
        int length = 0;
        int months = 0;
        long monthEnds = Long.MIN_VALUE;
        for (ArchiveRow row : byMonth) {
            boolean nextMonth = row.occurredAt().toEpochMilli() >= monthEnds;
            if (nextMonth && months == MONTHS_AN_INSERT || length + row.bytes().length > BYTES_AN_INSERT) {
                flush(body, length);
                body.clear();
                length = 0;
                months = 0;
            }
            if (nextMonth) {
                monthEnds = beginning(row.month().plusMonths(1));
                months++;
            }
            body.add(row.bytes());
            length += row.bytes().length;
        }
        flush(body, length);
    }

    /**
     * Takes persons out of their events, which stay. Returns when all parts of the table are rewritten; the old ones are on the
     * disk for some minutes more (old_parts_lifetime, 8 minutes).
     */
    public void redact(String tenantId, Collection<String> contactIds) {
        List<String> ids = new ArrayList<>();
        List<String> data = new ArrayList<>();
        int length = 0;
        for (Archived event : of(tenantId, contactIds)) {
            String left = Redaction.redacted(event.type(), event.data()).toString();
            if (left.equals(event.data().toString()) && event.extensions().isEmpty()) {
                continue;
            }
            if (length + left.length() > CHARS_A_MUTATION) {
                rewrite(tenantId, ids, data);
                ids.clear();
                data.clear();
                length = 0;
            }
            ids.add(literal(event.id().toString()));
            data.add(literal(left));
            length += left.length() + CHARS_AN_ID;
        }
        rewrite(tenantId, ids, data);
    }

    private void rewrite(String tenantId, List<String> ids, List<String> data) {
        if (ids.isEmpty()) {
            return;
        }
        String idList = String.join(",", ids);
        clickHouse.execute("ALTER TABLE " + layout.stored(TABLE)
                + " UPDATE extensions = '', data = transform(toString(id), [" + idList
                + "], ["
                + String.join(",", data) + "], data) WHERE tenant_id = " + literal(tenantId) + " AND toString(id) IN ("
                + idList + ") SETTINGS mutations_sync = 2");
    }

    /**
     * An event as it is archived.
     *
     * @param extensions JSON text, or empty
     */
    public record Archived(UUID id, String type, String occurredAt, ObjectNode data, String extensions) {}

    /** All events that are about one of the contacts. */
    public List<Archived> of(String tenantId, Collection<String> contactIds) {
        List<Archived> found = new ArrayList<>();
        Map<String, Object> parameters = Map.of("tenant", tenantId, "contacts", String.join("\n", contactIds));
        for (GenericRecord row : clickHouse.query(OF_CONTACTS, parameters)) {
            try {
                found.add(new Archived(
                        row.getUUID("id"),
                        row.getString("event_type"),
                        row.getString("at"),
                        (ObjectNode) EventCodec.mapper().readTree(row.getString("data")),
                        row.getString("extensions")));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("data in ClickHouse are not JSON", e);
            }
        }
        return found;
    }

    private static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private void flush(List<byte[]> body, int length) {
        if (length == 0) {
            return;
        }
        try (Recording recording = tracing.calling("INSERT events")
                .with("db.system.name", "clickhouse")
                .with("db.operation.name", "INSERT")
                .with("db.collection.name", TABLE)
                .with("alum.bytes", length)) {
            recording.watch(() -> {
                clickHouse.insert(TABLE, ArchiveRow.COLUMNS, stream(body));
                return true;
            });
        } catch (ServerException e) {
            throw forgetting(e);
        }
    }

    static InputStream stream(List<byte[]> rows) {
        byte[] all = new byte[rows.stream().mapToInt(row -> row.length).sum()];
        int at = 0;
        for (byte[] row : rows) {
            System.arraycopy(row, 0, all, at, row.length);
            at += row.length;
        }
        return new ByteArrayInputStream(all);
    }

    /** A server that was replaced by an empty one gets its table again at the next try. */
    private ServerException forgetting(ServerException e) {
        if (ClickHouse.tableMissing(e) || ClickHouse.databaseMissing(e)) {
            ready = false;
        }
        return e;
    }
}
