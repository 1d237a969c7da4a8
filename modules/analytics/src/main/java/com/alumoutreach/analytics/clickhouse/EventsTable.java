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
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table {@code events}: one row an event, of all tenants. */
@Singleton
public class EventsTable {
    private static final Logger LOG = LoggerFactory.getLogger(EventsTable.class);
    private static final String TABLE = "events";

    /** Ids a lookup, so that the statement stays below ClickHouse's max_query_size of 256 KiB. */
    private static final int IDS_A_LOOKUP = 4_000;

    /** ClickHouse refuses an insert into more than 100 partitions (max_partitions_per_insert_block). */
    private static final int MONTHS_AN_INSERT = 50;

    /** Bounds the memory of one insert on both sides: an event may be as large as a NATS message, 1 MB. */
    private static final int BYTES_AN_INSERT = 32 * 1024 * 1024;

    /** Below max_query_size, with every character escaped. */
    private static final int CHARS_A_MUTATION = 100_000;
    /** An id stands in a mutation twice. */
    private static final int CHARS_AN_ID = 80;

    private static final String OF_CONTACTS = """
            SELECT id, toString(type) AS event_type, toString(occurred_at) AS at, data, extensions FROM events
            WHERE tenant_id = {tenant:String}
              AND (has(splitByChar('\\n', {contacts:String}), JSONExtractString(data, 'contactId'))
                   OR entity_type = 'contact' AND has(splitByChar('\\n', {contacts:String}), entity_id))
            ORDER BY occurred_at, id LIMIT 1 BY id""";

    private final ClickHouse clickHouse;
    private final ClickHouseMigrations migrations;
    private final Tracing tracing;
    private volatile boolean ready;

    EventsTable(ClickHouse clickHouse, ClickHouseMigrations migrations, Tracing tracing) {
        this.clickHouse = clickHouse;
        this.migrations = migrations;
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

    /** Those of the rows' ids that the table holds already. */
    public Set<UUID> known(Collection<ArchiveRow> rows) {
        Set<UUID> known = new HashSet<>();
        List<ArchiveRow> list = List.copyOf(rows);
        for (int from = 0; from < list.size(); from += IDS_A_LOOKUP) {
            lookUp(list.subList(from, Math.min(from + IDS_A_LOOKUP, list.size())), known);
        }
        return known;
    }

    private void lookUp(List<ArchiveRow> rows, Set<UUID> known) {
        Instant first = rows.stream()
                .map(ArchiveRow::occurredAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Instant last = rows.stream()
                .map(ArchiveRow::occurredAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        String ids = rows.stream().map(row -> "'" + row.id() + "'").collect(Collectors.joining(","));
        String sql = "SELECT DISTINCT id FROM events"
                + " WHERE occurred_at BETWEEN fromUnixTimestamp64Milli(toInt64({first:Int64}), 'UTC')"
                + " AND fromUnixTimestamp64Milli(toInt64({last:Int64}), 'UTC') AND id IN (" + ids + ")";
        Map<String, Object> range = Map.of("first", first.toEpochMilli(), "last", last.toEpochMilli());
        try {
            for (GenericRecord row : clickHouse.query(sql, range)) {
                known.add(row.getUUID("id"));
            }
        } catch (ServerException e) {
            throw forgetting(e);
        }
    }

    /** Stores the rows; a failure may leave some of them stored. */
    public void insert(Collection<ArchiveRow> rows) {
        List<ArchiveRow> byMonth = new ArrayList<>(rows);
        byMonth.sort(Comparator.comparing(ArchiveRow::month));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Set<YearMonth> months = new HashSet<>();
        for (ArchiveRow row : byMonth) {
            boolean monthFits = months.contains(row.month()) || months.size() < MONTHS_AN_INSERT;
            if (!monthFits || body.size() + row.json().length > BYTES_AN_INSERT) {
                flush(body);
                months.clear();
            }
            months.add(row.month());
            body.writeBytes(row.json());
        }
        flush(body);
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
        clickHouse.execute("ALTER TABLE events UPDATE extensions = '', data = transform(toString(id), [" + idList
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

    private void flush(ByteArrayOutputStream body) {
        if (body.size() == 0) {
            return;
        }
        try (Recording recording = tracing.calling("INSERT events")
                .with("db.system.name", "clickhouse")
                .with("db.operation.name", "INSERT")
                .with("db.collection.name", TABLE)
                .with("alum.bytes", body.size())) {
            recording.watch(() -> {
                clickHouse.insert(TABLE, body.toByteArray());
                return true;
            });
        } catch (ServerException e) {
            throw forgetting(e);
        }
        body.reset();
    }

    /** A server that was replaced by an empty one gets its table again at the next try. */
    private ServerException forgetting(ServerException e) {
        if (ClickHouse.tableMissing(e) || ClickHouse.databaseMissing(e)) {
            ready = false;
        }
        return e;
    }
}
