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

    void insertPart(Handle tx, ContactImport of, int part, byte[] content) {
        tx.createUpdate("INSERT INTO contacts.import_parts (tenant_id, import_id, part_no, content)"
                        + " VALUES (:tenant, :id, :part, :content)")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("part", part)
                .bind("content", content)
                .execute();
    }

    Optional<byte[]> part(Handle tx, ContactImport of, int part) {
        return tx.createQuery("SELECT content FROM contacts.import_parts"
                        + " WHERE tenant_id = :tenant AND import_id = :id AND part_no = :part")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("part", part)
                .map((row, context) -> row.getBytes(1))
                .findFirst();
    }

    void accepted(Handle tx, ContactImport of) {
        status(tx, of, "accepted", null);
    }

    void dropUnlessAccepted(Handle tx, ContactImport of) {
        tx.createUpdate("DELETE FROM contacts.imports WHERE tenant_id = :tenant AND id = :id AND status = 'uploading'")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .execute();
    }

    /** Another chunk is done; other imports have their turn before the next. */
    void moved(Handle tx, ContactImport of) {
        status(tx, of, "running", null);
    }

    /** The file is of no use any more: what became of its rows is known. */
    void completed(Handle tx, ContactImport of) {
        status(tx, of, "completed", null);
        deleteParts(tx, of);
    }

    void failed(Handle tx, ContactImport of, String reason) {
        status(tx, of, "failed", reason);
        deleteParts(tx, of);
    }

    private static void status(Handle tx, ContactImport of, String status, @Nullable String failure) {
        tx.createUpdate(
                        "UPDATE contacts.imports SET status = :status, failure = :failure, moved_at = clock_timestamp(),"
                                + " failures = 0, retry_at = NULL WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("status", status)
                .bind("failure", failure)
                .execute();
    }

    private static void deleteParts(Handle tx, ContactImport of) {
        tx.createUpdate("DELETE FROM contacts.import_parts WHERE tenant_id = :tenant AND import_id = :id")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .execute();
    }

    /**
     * A chunk failed for a reason that is not in the file: it is tried again after 1, 2, 4, … seconds, and other imports go
     * on meanwhile.
     *
     * @return how many times in a row
     */
    int chunkFailed(Handle tx, ContactImport of) {
        return tx.createQuery("UPDATE contacts.imports SET failures = failures + 1,"
                        + " retry_at = now() + make_interval(secs => power(2, least(failures, 6)))"
                        + " WHERE tenant_id = :tenant AND id = :id RETURNING failures")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .mapTo(Integer.class)
                .one();
    }

    /** Uploads whose process or client died. */
    Optional<ContactImport> claimAbandoned(Handle tx) {
        return tx.createQuery("SELECT * FROM contacts.imports WHERE status = 'uploading'"
                        + " AND moved_at < now() - interval '1 day' LIMIT 1 FOR UPDATE SKIP LOCKED")
                .map((row, context) -> read(row))
                .findFirst();
    }

    /** The import that waits longest and that no other instance is at, locked until the transaction ends. */
    Optional<ContactImport> claim(Handle tx) {
        return tx.createQuery(
                        "SELECT * FROM contacts.imports WHERE status IN ('accepted', 'running')"
                                + " AND (retry_at IS NULL OR retry_at <= now()) ORDER BY moved_at LIMIT 1 FOR UPDATE SKIP LOCKED")
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
    long lastRow(Handle tx, ContactImport of) {
        return tx.createQuery(
                        "SELECT coalesce(max(row_no), 0) FROM contacts.import_rows WHERE tenant_id = :tenant AND import_id = :id")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .mapTo(Long.class)
                .one();
    }

    /** Rows by outcome. */
    Map<String, Long> outcomes(Handle tx, ContactImport of) {
        Map<String, Long> counts = new HashMap<>();
        tx.createQuery(
                        "SELECT outcome, count(*) FROM contacts.import_rows WHERE tenant_id = :tenant AND import_id = :id GROUP BY outcome")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .map((row, context) -> Map.entry(row.getString(1), row.getLong(2)))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    List<RowOutcome> rejected(Handle tx, ContactImport of, long after, int limit) {
        return tx.createQuery(
                        "SELECT row_no, outcome, code, detail FROM contacts.import_rows"
                                + " WHERE tenant_id = :tenant AND import_id = :id AND outcome = 'rejected' AND row_no > :after ORDER BY row_no LIMIT :limit")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) ->
                        new RowOutcome(row.getLong(1), row.getString(2), null, row.getString(3), row.getString(4)))
                .list();
    }

    void insertRows(Handle tx, ContactImport of, List<RowOutcome> rows) {
        PreparedBatch batch = tx.prepareBatch(
                "INSERT INTO contacts.import_rows (tenant_id, import_id, row_no, outcome, contact_id, code, detail)"
                        + " VALUES (:tenant, :id, :row, :outcome, :contact::uuid, :code, :detail)");
        for (RowOutcome row : rows) {
            batch.bind("tenant", of.tenantId())
                    .bind("id", of.id())
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
