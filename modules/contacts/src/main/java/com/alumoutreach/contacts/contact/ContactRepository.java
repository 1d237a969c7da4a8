package com.alumoutreach.contacts.contact;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Rows of {@code contacts.contacts}; every statement names the tenant. */
@Singleton
public class ContactRepository {
    private static final TypeReference<Map<String, Object>> ATTRIBUTES = new TypeReference<>() {};

    Optional<Contact> find(Handle tx, String tenant, UUID id) {
        return tx.createQuery("SELECT * FROM contacts.contacts WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", tenant)
                .bind("id", id)
                .map((row, context) -> contact(row))
                .findFirst();
    }

    Optional<Contact> lock(Handle tx, String tenant, UUID id) {
        return tx.createQuery("SELECT * FROM contacts.contacts WHERE tenant_id = :tenant AND id = :id FOR UPDATE")
                .bind("tenant", tenant)
                .bind("id", id)
                .map((row, context) -> contact(row))
                .findFirst();
    }

    /** Those that exist, locked in the order of their identity, so that two imports never wait for each other in a ring. */
    public List<Contact> lockByIdentity(Handle tx, String tenant, Collection<String> identities) {
        return tx.createQuery(
                        "SELECT * FROM contacts.contacts WHERE tenant_id = :tenant AND identity = ANY(:identities)"
                                + " ORDER BY identity FOR UPDATE")
                .bind("tenant", tenant)
                .bindArray("identities", String.class, identities.toArray())
                .map((row, context) -> contact(row))
                .list();
    }

    List<Contact> list(Handle tx, String tenant, UUID after, int limit, @Nullable String identity) {
        return tx.createQuery("SELECT * FROM contacts.contacts WHERE tenant_id = :tenant AND id > :after"
                        + " AND (:identity::text IS NULL OR identity = :identity) ORDER BY id LIMIT :limit")
                .bind("tenant", tenant)
                .bind("after", after)
                .bind("identity", identity)
                .bind("limit", limit)
                .map((row, context) -> contact(row))
                .list();
    }

    /** @return how many were inserted; fewer than given when another transaction had the same identity first */
    public int insert(Handle tx, String tenant, List<Contact> contacts) {
        PreparedBatch batch = tx.prepareBatch("""
                INSERT INTO contacts.contacts (id, tenant_id, identity, email, phone, first_name, last_name, source,
                  time_zone, locale, emails, phone_raw, attributes, tags, version, created_at, updated_at)
                VALUES (:id, :tenant, :identity, :email, :phone, :firstName, :lastName, :source,
                  :timeZone, :locale, :emails, :phoneRaw, :attributes::jsonb, :tags, :version, :createdAt, :updatedAt)
                ON CONFLICT (tenant_id, identity) DO NOTHING""");
        contacts.forEach(contact -> bind(batch, contact).add());
        // A rewritten batch answers SUCCESS_NO_INFO for each statement, so the rows are counted by id.
        batch.execute();
        return tx.createQuery("SELECT count(*) FROM contacts.contacts WHERE tenant_id = :tenant AND id = ANY(:ids)")
                .bind("tenant", tenant)
                .bindArray("ids", UUID.class, contacts.stream().map(Contact::id).toArray())
                .mapTo(Integer.class)
                .one();
    }

    public void update(Handle tx, List<Contact> contacts) {
        PreparedBatch batch = tx.prepareBatch("""
                UPDATE contacts.contacts SET identity = :identity, email = :email, phone = :phone,
                  first_name = :firstName, last_name = :lastName, source = :source,
                  time_zone = :timeZone, locale = :locale, emails = :emails, phone_raw = :phoneRaw, attributes = :attributes::jsonb,
                  tags = :tags, version = :version, updated_at = :updatedAt
                WHERE tenant_id = :tenant AND id = :id""");
        contacts.forEach(contact -> bind(batch, contact).add());
        batch.execute();
    }

    void delete(Handle tx, String tenant, UUID id) {
        tx.createUpdate("DELETE FROM contacts.contacts WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", tenant)
                .bind("id", id)
                .execute();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Contact contact) {
        return statement
                .bind("id", contact.id())
                .bind("tenant", contact.tenantId())
                .bind("identity", contact.identity())
                .bind("email", contact.email())
                .bind("phone", contact.phone())
                .bind("firstName", contact.firstName())
                .bind("lastName", contact.lastName())
                .bind("source", contact.source())
                .bind("timeZone", contact.timeZone())
                .bind("locale", contact.locale())
                .bindArray("emails", String.class, contact.emails().toArray())
                .bind("phoneRaw", contact.phoneRaw())
                .bind("attributes", json(contact.attributes()))
                .bindArray("tags", String.class, contact.tags().toArray())
                .bind("version", contact.version())
                .bind("createdAt", contact.createdAt())
                .bind("updatedAt", contact.updatedAt());
    }

    private static Contact contact(ResultSet row) throws SQLException {
        return new Contact(
                row.getObject("id", UUID.class),
                row.getString("tenant_id"),
                row.getString("email"),
                row.getString("phone"),
                row.getString("first_name"),
                row.getString("last_name"),
                row.getString("source"),
                row.getString("time_zone"),
                row.getString("locale"),
                Arrays.asList((String[]) row.getArray("emails").getArray()),
                row.getString("phone_raw"),
                attributes(row.getString("attributes")),
                Arrays.asList((String[]) row.getArray("tags").getArray()),
                row.getLong("version"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    private static String json(Map<String, Object> attributes) {
        return EventCodec.mapper().valueToTree(attributes).toString();
    }

    private static Map<String, Object> attributes(String json) {
        try {
            return EventCodec.mapper().readValue(json, ATTRIBUTES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("attributes in the database are not JSON", e);
        }
    }
}
