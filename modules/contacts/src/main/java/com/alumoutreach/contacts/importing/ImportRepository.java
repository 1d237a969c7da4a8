package com.alumoutreach.contacts.importing;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Imports, their files and the outcome of each row. */
@Singleton
class ImportRepository {
    private static final TypeReference<Map<String, String>> MAPPING = new TypeReference<>() {};

    /** @param row from 1, the first after the header */
    record RowOutcome(
            long row,
            String outcome,
            @Nullable UUID contactId,
            @Nullable String code,
            @Nullable String detail) {}

    void insert(Handle tx, ContactImport started) {
        tx.createUpdate("""
                INSERT INTO contacts.imports (id, tenant_id, status, source, tag, mapping, correlation_id, user_id)
                VALUES (:id, :tenant, :status, :source, :tag, :mapping::jsonb, :correlation, :user)""")
                .bind("id", started.id())
                .bind("tenant", started.tenantId())
                .bind("status", started.status())
                .bind("source", started.source())
                .bind("tag", started.tag())
                .bind(
                        "mapping",
                        EventCodec.mapper()
                                .valueToTree(started.mapping().byHeader())
                                .toString())
                .bind("correlation", started.correlationId())
                .bind("user", started.userId())
                .execute();
    }

    void insertPart(Handle tx, UUID id, int part, byte[] content) {
        tx.createUpdate("INSERT INTO contacts.import_parts (import_id, part_no, content) VALUES (:id, :part, :content)")
                .bind("id", id)
                .bind("part", part)
                .bind("content", content)
                .execute();
    }

    Optional<byte[]> part(Handle tx, UUID id, int part) {
        return tx.createQuery("SELECT content FROM contacts.import_parts WHERE import_id = :id AND part_no = :part")
                .bind("id", id)
                .bind("part", part)
                .map((row, context) -> row.getBytes(1))
                .findFirst();
    }

    void status(Handle tx, UUID id, String status, @Nullable String failure) {
        tx.createUpdate("UPDATE contacts.imports SET status = :status, failure = :failure WHERE id = :id")
                .bind("id", id)
                .bind("status", status)
                .bind("failure", failure)
                .execute();
    }

    /** The oldest import that has work left and that no other instance is at, locked until the transaction ends. */
    Optional<ContactImport> claim(Handle tx) {
        return tx.createQuery("SELECT * FROM contacts.imports WHERE status IN ('accepted', 'running')"
                        + " ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED")
                .map((row, context) -> read(row))
                .findFirst();
    }

    Optional<ContactImport> find(Handle tx, String tenant, UUID id) {
        return tx.createQuery("SELECT * FROM contacts.imports WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", tenant)
                .bind("id", id)
                .map((row, context) -> read(row))
                .findFirst();
    }

    List<ContactImport> list(Handle tx, String tenant, UUID after, int limit) {
        return tx.createQuery(
                        "SELECT * FROM contacts.imports WHERE tenant_id = :tenant AND id > :after ORDER BY id LIMIT :limit")
                .bind("tenant", tenant)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list();
    }

    /** Where the import stands: the last row that has an outcome, 0 before the first. */
    long lastRow(Handle tx, UUID id) {
        return tx.createQuery("SELECT coalesce(max(row_no), 0) FROM contacts.import_rows WHERE import_id = :id")
                .bind("id", id)
                .mapTo(Long.class)
                .one();
    }

    /** Rows by outcome. */
    Map<String, Long> outcomes(Handle tx, UUID id) {
        Map<String, Long> counts = new HashMap<>();
        tx.createQuery("SELECT outcome, count(*) FROM contacts.import_rows WHERE import_id = :id GROUP BY outcome")
                .bind("id", id)
                .map((row, context) -> Map.entry(row.getString(1), row.getLong(2)))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    List<RowOutcome> rejected(Handle tx, UUID id, long after, int limit) {
        return tx.createQuery(
                        "SELECT row_no, outcome, code, detail FROM contacts.import_rows"
                                + " WHERE import_id = :id AND outcome = 'rejected' AND row_no > :after ORDER BY row_no LIMIT :limit")
                .bind("id", id)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) ->
                        new RowOutcome(row.getLong(1), row.getString(2), null, row.getString(3), row.getString(4)))
                .list();
    }

    void insertRows(Handle tx, UUID id, List<RowOutcome> rows) {
        PreparedBatch batch = tx.prepareBatch(
                "INSERT INTO contacts.import_rows (import_id, row_no, outcome, contact_id, code, detail)"
                        + " VALUES (:id, :row, :outcome, :contact::uuid, :code, :detail)");
        for (RowOutcome row : rows) {
            batch.bind("id", id)
                    .bind("row", row.row())
                    .bind("outcome", row.outcome())
                    .bind("contact", row.contactId())
                    .bind("code", row.code())
                    .bind("detail", row.detail())
                    .add();
        }
        batch.execute();
    }

    private static ContactImport read(ResultSet row) throws SQLException {
        try {
            return new ContactImport(
                    row.getObject("id", UUID.class),
                    row.getString("tenant_id"),
                    row.getString("status"),
                    row.getString("source"),
                    row.getString("tag"),
                    new ColumnMapping(EventCodec.mapper().readValue(row.getString("mapping"), MAPPING)),
                    row.getString("failure"),
                    row.getString("correlation_id"),
                    row.getString("user_id"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("mapping in the database is not JSON", e);
        }
    }
}
