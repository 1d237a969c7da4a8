package com.alumoutreach.segments.membership;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Rows of {@code segments.contact_copies}. */
@Singleton
class ContactCopies {
    private static final TypeReference<Map<String, Object>> ATTRIBUTES = new TypeReference<>() {};

    /**
     * The copies of these contacts, new ones included, locked in the order of their ids: whoever decides about members holds
     * this lock, so no two decide about one contact at once.
     */
    List<ContactCopy> lock(Handle tx, String tenant, Collection<String> contactIds) {
        tx.createUpdate("INSERT INTO segments.contact_copies (tenant_id, contact_id)"
                        + " SELECT :tenant, id FROM unnest(:ids) AS id ORDER BY id ON CONFLICT DO NOTHING")
                .bind("tenant", tenant)
                .bindArray("ids", String.class, contactIds.toArray())
                .execute();
        return tx.createQuery(
                        "SELECT * FROM segments.contact_copies WHERE tenant_id = :tenant AND contact_id = ANY(:ids)"
                                + " ORDER BY contact_id FOR UPDATE")
                .bind("tenant", tenant)
                .bindArray("ids", String.class, contactIds.toArray())
                .map((row, context) -> read(row))
                .list();
    }

    List<ContactCopy> lockAfter(Handle tx, String tenant, String contactId, int limit) {
        return tx.createQuery("SELECT * FROM segments.contact_copies WHERE tenant_id = :tenant AND contact_id > :after"
                        + " ORDER BY contact_id LIMIT :limit FOR UPDATE")
                .bind("tenant", tenant)
                .bind("after", contactId)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list();
    }

    void update(Handle tx, String tenant, Collection<ContactCopy> copies) {
        PreparedBatch batch = tx.prepareBatch("""
                UPDATE segments.contact_copies SET email = :email, phone = :phone, first_name = :firstName,
                  last_name = :lastName, source = :source, attributes = :attributes::jsonb, tags = :tags,
                  fields_version = :fieldsVersion, tags_version = :tagsVersion, deleted = :deleted
                WHERE tenant_id = :tenant AND contact_id = :id""");
        for (ContactCopy copy : copies) {
            batch.bind("tenant", tenant)
                    .bind("id", copy.contactId())
                    .bind("email", copy.email())
                    .bind("phone", copy.phone())
                    .bind("firstName", copy.firstName())
                    .bind("lastName", copy.lastName())
                    .bind("source", copy.source())
                    .bind(
                            "attributes",
                            EventCodec.mapper().valueToTree(copy.attributes()).toString())
                    .bindArray("tags", String.class, copy.tags().toArray())
                    .bind("fieldsVersion", copy.fieldsVersion())
                    .bind("tagsVersion", copy.tagsVersion())
                    .bind("deleted", copy.deleted())
                    .add();
        }
        batch.execute();
    }

    private static ContactCopy read(ResultSet row) throws SQLException {
        try {
            return new ContactCopy(
                    row.getString("contact_id"),
                    row.getString("email"),
                    row.getString("phone"),
                    row.getString("first_name"),
                    row.getString("last_name"),
                    row.getString("source"),
                    EventCodec.mapper().readValue(row.getString("attributes"), ATTRIBUTES),
                    Arrays.asList((String[]) row.getArray("tags").getArray()),
                    row.getLong("fields_version"),
                    row.getLong("tags_version"),
                    row.getBoolean("deleted"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("attributes in the database are not JSON", e);
        }
    }
}
