package com.alumoutreach.contacts.importing;

import com.alumoutreach.contacts.importing.ImportRow.Failure;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Imports, their files and the rows that failed. */
@Singleton
class ImportRepository {
    private static final TypeReference<Map<String, String>> MAPPING = new TypeReference<>() {};

    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    /** What one cell of the list of errors may have. */
    private static final int MAX_CELL = 1_000;

    void insert(Handle tx, ContactImport started) {
        tx.createUpdate("""
                INSERT INTO contacts.imports (id, tenant_id, status, source, tag, mapping, mode, dry_run, format,
                  correlation_id, user_id)
                VALUES (:id, :tenant, :status, :source, :tag, :mapping::jsonb, :mode, :dryRun, :format, :correlation,
                  :user)""")
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
                .bind("mode", started.mode().wireName())
                .bind("dryRun", started.dryRun())
                .bind("format", started.format().wireName())
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

    /** The whole file is there. */
    void uploaded(Handle tx, ContactImport of, String encoding, long bytes) {
        tx.createUpdate("UPDATE contacts.imports SET encoding = :encoding, bytes_total = :bytes"
                        + " WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("encoding", encoding)
                .bind("bytes", bytes)
                .execute();
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

    void opened(Handle tx, ContactImport of, List<String> header) {
        tx.createUpdate("UPDATE contacts.imports SET header = :header::jsonb, started_at = coalesce(started_at, now())"
                        + " WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("header", cells(header))
                .execute();
    }

    /** Another chunk is done; other imports have their turn before the next. */
    void moved(Handle tx, ContactImport of, ChunkReader.Chunk chunk, ContactImport.Counts counts) {
        tx.createUpdate("""
                UPDATE contacts.imports SET status = 'running', moved_at = clock_timestamp(), failures = 0, retry_at = NULL,
                  rows_read = :rows, bytes_read = :bytes, created = created + :created, updated = updated + :updated,
                  unchanged = unchanged + :unchanged, skipped = skipped + :skipped, failed = failed + :failed
                WHERE tenant_id = :tenant AND id = :id""")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("rows", chunk.last())
                .bind("bytes", chunk.bytesRead())
                .bind("created", counts.created())
                .bind("updated", counts.updated())
                .bind("unchanged", counts.unchanged())
                .bind("skipped", counts.skipped())
                .bind("failed", counts.failed())
                .execute();
    }

    /** The file is of no use any more: what became of its rows is known. */
    void ended(Handle tx, ContactImport of, String status, @Nullable String failure) {
        status(tx, of, status, failure);
        tx.createUpdate("UPDATE contacts.imports SET finished_at = clock_timestamp(),"
                        + " bytes_read = CASE WHEN :status = 'completed' THEN bytes_total ELSE bytes_read END"
                        + " WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("status", status)
                .execute();
        delete(tx, of, "import_parts");
        delete(tx, of, "import_rehearsals");
        delete(tx, of, "import_cancels");
    }

    private static void delete(Handle tx, ContactImport of, String table) {
        tx.createUpdate("DELETE FROM contacts." + table + " WHERE tenant_id = :tenant AND import_id = :id")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .execute();
    }

    /** Seen before the next chunk. */
    void cancel(Handle tx, ContactImport of) {
        tx.createUpdate("INSERT INTO contacts.import_cancels (tenant_id, import_id) VALUES (:tenant, :id)"
                        + " ON CONFLICT DO NOTHING")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .execute();
    }

    boolean isToStop(Handle tx, ContactImport of) {
        return tx.createQuery(
                        "SELECT EXISTS (SELECT 1 FROM contacts.import_cancels WHERE tenant_id = :tenant AND import_id = :id)")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .mapTo(Boolean.class)
                .one();
    }

    /** @return false when it has not ended, or is put back already */
    boolean undo(Handle tx, ContactImport of) {
        return tx.createUpdate(
                                "UPDATE contacts.imports SET status = 'undoing', moved_at = clock_timestamp(), failures = 0,"
                                        + " retry_at = NULL WHERE tenant_id = :tenant AND id = :id"
                                        + " AND status IN ('completed', 'failed', 'cancelled')")
                        .bind("tenant", of.tenantId())
                        .bind("id", of.id())
                        .execute()
                == 1;
    }

    void undone(Handle tx, ContactImport of) {
        status(tx, of, "undone", null);
    }

    /** Something is left of it; it can be asked for again. */
    void notUndone(Handle tx, ContactImport of, String reason) {
        status(tx, of, "failed", reason);
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
        return tx.createQuery("SELECT * FROM contacts.imports WHERE status IN ('accepted', 'running', 'undoing')"
                        + " AND (retry_at IS NULL OR retry_at <= now() OR EXISTS (SELECT 1 FROM contacts.import_cancels c"
                        + " WHERE c.tenant_id = imports.tenant_id AND c.import_id = imports.id))"
                        + " ORDER BY moved_at LIMIT 1 FOR UPDATE SKIP LOCKED")
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

    List<Failure> failures(Handle tx, ContactImport of, long after, int limit) {
        return tx.createQuery(
                        "SELECT row_no, code, detail, cells FROM contacts.import_failures"
                                + " WHERE tenant_id = :tenant AND import_id = :id AND row_no > :after ORDER BY row_no LIMIT :limit")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) ->
                        new Failure(row.getLong(1), row.getString(2), row.getString(3), texts(row.getString(4))))
                .list();
    }

    void insertFailures(Handle tx, ContactImport of, List<Failure> failures) {
        if (failures.isEmpty()) {
            return;
        }
        tx.createUpdate("""
                INSERT INTO contacts.import_failures (tenant_id, import_id, row_no, code, detail, cells)
                SELECT :tenant, :id, number, code, detail, cells::jsonb
                FROM unnest(:numbers, :codes, :details, :cells) AS f (number, code, detail, cells)""")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bindArray(
                        "numbers",
                        Long.class,
                        failures.stream().map(Failure::number).toArray())
                .bindArray(
                        "codes",
                        String.class,
                        failures.stream().map(Failure::code).toArray())
                .bindArray(
                        "details",
                        String.class,
                        failures.stream().map(Failure::detail).toArray())
                .bindArray(
                        "cells",
                        String.class,
                        failures.stream().map(f -> cells(f.cells())).toArray())
                .execute();
    }

    /** Shortened, and without what Postgres cannot keep in a text. */
    private static String cells(List<String> cells) {
        List<String> kept = cells.stream()
                .map(cell -> cell.length() > MAX_CELL ? cell.substring(0, MAX_CELL) + "…" : cell)
                .map(cell -> whole(cell.replace('\0', '\uFFFD')))
                .toList();
        return EventCodec.mapper().valueToTree(kept).toString();
    }

    /** Halves of surrogate pairs, which UTF-8 has no bytes for, become question marks. */
    private static String whole(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static List<String> texts(String json) {
        try {
            return EventCodec.mapper().readValue(json, TEXTS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cells in the database are not JSON", e);
        }
    }

    private static ContactImport read(ResultSet row) throws SQLException {
        try {
            String header = row.getString("header");
            return new ContactImport(
                    row.getObject("id", UUID.class),
                    row.getString("tenant_id"),
                    row.getString("status"),
                    row.getString("source"),
                    row.getString("tag"),
                    new ColumnMapping(EventCodec.mapper().readValue(row.getString("mapping"), MAPPING)),
                    ImportMode.of(row.getString("mode")),
                    row.getBoolean("dry_run"),
                    ImportFormat.named(row.getString("format")),
                    row.getString("encoding"),
                    header == null ? null : texts(header),
                    row.getString("failure"),
                    row.getString("correlation_id"),
                    row.getString("user_id"),
                    progress(row));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("mapping in the database is not JSON", e);
        }
    }

    private static ContactImport.Progress progress(ResultSet row) throws SQLException {
        return new ContactImport.Progress(
                row.getLong("rows_read"),
                row.getLong("created"),
                row.getLong("updated"),
                row.getLong("unchanged"),
                row.getLong("skipped"),
                row.getLong("failed"),
                row.getLong("bytes_read"),
                row.getLong("bytes_total"),
                instant(row, "started_at"),
                Objects.requireNonNull(instant(row, "moved_at")),
                instant(row, "finished_at"),
                row.getLong("undo_deleted"),
                row.getLong("undo_restored"),
                row.getLong("undo_kept"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
