package com.alumoutreach.contacts.importing;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What an import did, so that it can be put back; what is put back is gone from here. */
@Singleton
class ImportTraces {
    private static final TypeReference<Map<String, @Nullable Object>> VALUES = new TypeReference<>() {};

    /** The contacts that a chunk created. */
    record Created(long firstRow, List<UUID> contacts) {}

    /** A contact that undo left as it is, wholly or in part. */
    record Kept(UUID contactId, String code, String detail) {}

    void insertCreated(Handle tx, ContactImport of, long firstRow, Collection<UUID> contacts) {
        if (!contacts.isEmpty()) {
            tx.createUpdate("INSERT INTO contacts.import_chunks (tenant_id, import_id, first_row, created)"
                            + " VALUES (:tenant, :id, :row, :created)")
                    .bind("tenant", of.tenantId())
                    .bind("id", of.id())
                    .bind("row", firstRow)
                    .bindArray("created", UUID.class, contacts.toArray())
                    .execute();
        }
    }

    /** Of a contact that is changed again the first values before stay. Each contact is in the list once. */
    void insertChanges(Handle tx, ContactImport of, List<ImportChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        tx.createUpdate("""
                INSERT INTO contacts.import_changes AS c (tenant_id, import_id, contact_id, version, before, wrote, tags)
                SELECT :tenant, :id, contact, version, before::jsonb, wrote::jsonb, ARRAY(SELECT jsonb_array_elements_text(tags::jsonb))
                FROM unnest(:contacts, :versions, :before, :wrote, :tags) AS n (contact, version, before, wrote, tags)
                ON CONFLICT (import_id, contact_id) DO UPDATE SET version = EXCLUDED.version,
                  before = EXCLUDED.before || c.before, wrote = c.wrote || EXCLUDED.wrote, tags = c.tags || EXCLUDED.tags""")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bindArray(
                        "contacts",
                        UUID.class,
                        changes.stream().map(ImportChange::contactId).toArray())
                .bindArray(
                        "versions",
                        Long.class,
                        changes.stream().map(ImportChange::version).toArray())
                .bindArray(
                        "before",
                        String.class,
                        changes.stream().map(c -> json(c.before())).toArray())
                .bindArray(
                        "wrote",
                        String.class,
                        changes.stream().map(c -> json(c.wrote())).toArray())
                .bindArray(
                        "tags",
                        String.class,
                        changes.stream()
                                .map(c -> EventCodec.mapper()
                                        .valueToTree(c.tags())
                                        .toString())
                                .toArray())
                .execute();
    }

    Optional<Created> nextCreated(Handle tx, ContactImport of) {
        return tx.createQuery("SELECT first_row, created FROM contacts.import_chunks"
                        + " WHERE tenant_id = :tenant AND import_id = :id ORDER BY first_row LIMIT 1")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .map((row, context) -> new Created(
                        row.getLong(1), Arrays.asList((UUID[]) row.getArray(2).getArray())))
                .findFirst();
    }

    void deleteCreated(Handle tx, ContactImport of, long firstRow) {
        tx.createUpdate("DELETE FROM contacts.import_chunks"
                        + " WHERE tenant_id = :tenant AND import_id = :id AND first_row = :row")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("row", firstRow)
                .execute();
    }

    List<ImportChange> nextChanges(Handle tx, ContactImport of, int limit) {
        return tx.createQuery("SELECT * FROM contacts.import_changes WHERE tenant_id = :tenant AND import_id = :id"
                        + " ORDER BY contact_id LIMIT :limit")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("limit", limit)
                .map((row, context) -> change(row))
                .list();
    }

    /** Versions by contact, of those of these that the import changed. */
    Map<UUID, Long> versions(Handle tx, ContactImport of, Collection<UUID> contacts) {
        return tx
                .createQuery("SELECT contact_id, version FROM contacts.import_changes"
                        + " WHERE tenant_id = :tenant AND import_id = :id AND contact_id = ANY(:contacts)")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bindArray("contacts", UUID.class, contacts.toArray())
                .map((row, context) -> Map.entry(row.getObject(1, UUID.class), row.getLong(2)))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    void deleteChanges(Handle tx, ContactImport of, Collection<UUID> contacts) {
        tx.createUpdate("DELETE FROM contacts.import_changes"
                        + " WHERE tenant_id = :tenant AND import_id = :id AND contact_id = ANY(:contacts)")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bindArray("contacts", UUID.class, contacts.toArray())
                .execute();
    }

    void undone(Handle tx, ContactImport of, int deleted, int restored, int notPutBack, List<Kept> kept) {
        tx.createUpdate(
                        "UPDATE contacts.imports SET undo_deleted = undo_deleted + :deleted,"
                                + " undo_restored = undo_restored + :restored, undo_kept = undo_kept + :kept,"
                                + " moved_at = clock_timestamp(), failures = 0, retry_at = NULL WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("deleted", deleted)
                .bind("restored", restored)
                .bind("kept", notPutBack)
                .execute();
        if (!kept.isEmpty()) {
            tx.createUpdate(
                            "INSERT INTO contacts.import_kept (tenant_id, import_id, contact_id, code, detail)"
                                    + " SELECT :tenant, :id, contact, code, detail"
                                    + " FROM unnest(:contacts, :codes, :details) AS k (contact, code, detail) ON CONFLICT DO NOTHING")
                    .bind("tenant", of.tenantId())
                    .bind("id", of.id())
                    .bindArray(
                            "contacts",
                            UUID.class,
                            kept.stream().map(Kept::contactId).toArray())
                    .bindArray(
                            "codes", String.class, kept.stream().map(Kept::code).toArray())
                    .bindArray(
                            "details",
                            String.class,
                            kept.stream().map(Kept::detail).toArray())
                    .execute();
        }
    }

    List<Kept> kept(Handle tx, ContactImport of, UUID after, int limit) {
        return tx.createQuery(
                        "SELECT contact_id, code, detail FROM contacts.import_kept"
                                + " WHERE tenant_id = :tenant AND import_id = :id AND contact_id > :after ORDER BY contact_id LIMIT :limit")
                .bind("tenant", of.tenantId())
                .bind("id", of.id())
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new Kept(row.getObject(1, UUID.class), row.getString(2), row.getString(3)))
                .list();
    }

    private static ImportChange change(ResultSet row) throws SQLException {
        return new ImportChange(
                row.getObject("contact_id", UUID.class),
                row.getLong("version"),
                values(row.getString("before")),
                values(row.getString("wrote")),
                Arrays.asList((String[]) row.getArray("tags").getArray()));
    }

    /** With nulls, which say that there was no value. */
    private static String json(Map<String, @Nullable Object> values) {
        ObjectNode node = EventCodec.mapper().createObjectNode();
        values.forEach((name, value) -> node.set(name, EventCodec.mapper().valueToTree(value)));
        return node.toString();
    }

    private static Map<String, @Nullable Object> values(String json) {
        try {
            return EventCodec.mapper().readValue(json, VALUES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("values in the database are not JSON", e);
        }
    }
}
