package com.alumoutreach.backbone.privacy;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.Redaction;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Redacts the events of persons in one log, and notes them as still to be replaced in the streams, in one transaction each chunk. */
final class LogErasure {
    /** Positions a transaction looks at; some 0.1 s. */
    private static final int WINDOW = 50_000;

    private final Database database;
    private final String schema;

    LogErasure(Database database, String schema) {
        this.database = database;
        this.schema = schema;
    }

    private record Redacted(UUID id, long seq, String type, OffsetDateTime createdAt, String payload) {}

    /**
     * Looks at the whole log behind a position.
     *
     * @return the position up to which nothing can be added any more, and all is redacted
     */
    long redact(List<Person> persons, long after) {
        long settled = number("SELECT seq FROM " + schema + ".relay_cursor");
        long last = number("SELECT coalesce(max(seq), 0) FROM " + schema + ".system_events");
        for (long from = after; from < last; from += WINDOW) {
            long begin = from;
            database.inSystemTransaction(tx -> redactWindow(tx, persons, begin, begin + WINDOW));
        }
        return Math.min(settled, last);
    }

    private boolean redactWindow(Handle tx, List<Person> persons, long after, long to) {
        List<Redacted> redacted = new ArrayList<>();
        tx.createQuery("""
                        SELECT id, seq, event_type, created_at, payload::text FROM %s.system_events
                        WHERE seq > :after AND seq <= :to
                          AND (org_id, coalesce(payload->>'contactId',
                               CASE WHEN primary_entity_type = 'contact' THEN primary_entity_id END))
                              IN (SELECT * FROM unnest(:tenants, :contacts))
                        ORDER BY seq""".formatted(schema))
                .bind("after", after)
                .bind("to", to)
                .bindArray(
                        "tenants",
                        String.class,
                        persons.stream().map(Person::tenantId).toArray())
                .bindArray(
                        "contacts",
                        String.class,
                        persons.stream().map(Person::contactId).toArray())
                .setFetchSize(1_000)
                .map((row, context) -> row(row, redacted))
                .forEach(unused -> {});
        if (!redacted.isEmpty()) {
            store(tx, redacted);
        }
        return true;
    }

    private static boolean row(ResultSet row, List<Redacted> redacted) throws SQLException {
        try {
            ObjectNode data = (ObjectNode) EventCodec.mapper().readTree(row.getString(5));
            ObjectNode left = Redaction.redacted(row.getString(3), data);
            if (!left.equals(data)) {
                redacted.add(new Redacted(
                        row.getObject(1, UUID.class),
                        row.getLong(2),
                        row.getString(3),
                        row.getObject(4, OffsetDateTime.class),
                        left.toString()));
            }
            return true;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("payload in the database is not JSON", e);
        }
    }

    private void store(Handle tx, List<Redacted> events) {
        Object[] ids = events.stream().map(Redacted::id).toArray();
        int changed = tx.createQuery("SELECT " + schema + ".redact_events(:ids, :payloads::jsonb[])")
                .bindArray("ids", UUID.class, ids)
                .bindArray(
                        "payloads",
                        String.class,
                        events.stream().map(Redacted::payload).toArray())
                .mapTo(Integer.class)
                .one();
        if (changed != events.size()) {
            throw new IllegalStateException(
                    "Only " + changed + " of " + events.size() + " events of " + schema + " could be redacted");
        }
        tx.createUpdate("""
                        INSERT INTO %s.erased_events (event_id, seq, event_type, created_at)
                        SELECT * FROM unnest(:ids, :seqs, :types, :createds::timestamptz[])
                        ON CONFLICT (event_id) DO UPDATE SET replaced_at = NULL""".formatted(schema))
                .bindArray("ids", UUID.class, ids)
                .bindArray(
                        "seqs", Long.class, events.stream().map(Redacted::seq).toArray())
                .bindArray(
                        "types",
                        String.class,
                        events.stream().map(Redacted::type).toArray())
                .bindArray(
                        "createds",
                        String.class,
                        events.stream()
                                .map(event -> event.createdAt().toString())
                                .toArray())
                .execute();
    }

    private long number(String query) {
        return database.inSystemTransaction(
                tx -> tx.createQuery(query).mapTo(Long.class).one());
    }
}
