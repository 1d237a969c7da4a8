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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;

/** Rows of {@code contacts.contacts}; every statement names the tenant. */
@Singleton
public class ContactRepository {
    private static final String UNIQUE_VIOLATION = "23505";
    private static final TypeReference<Map<String, Object>> ATTRIBUTES = new TypeReference<>() {};

    public Optional<Contact> find(Handle tx, String tenant, UUID id) {
        return tx.createQuery("SELECT * FROM contacts.contacts WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", tenant)
                .bind("id", id)
                .map((row, context) -> contact(row))
                .findFirst();
    }

    public Optional<Contact> lock(Handle tx, String tenant, UUID id) {
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

    /** The contact that has this address, as its first or as a further one. */
    Optional<Contact> withAddress(Handle tx, String tenant, String address) {
        return tx.createQuery("SELECT * FROM contacts.contacts WHERE tenant_id = :tenant AND (identity = :address"
                        + " OR id = (SELECT contact_id FROM contacts.contact_emails"
                        + " WHERE tenant_id = :tenant AND address = :address)) LIMIT 1")
                .bind("tenant", tenant)
                .bind("address", address)
                .map((row, context) -> contact(row))
                .findFirst();
    }

    /**
     * In the order of creation.
     *
     * @param low exclusive, as {@code high} is
     */
    List<Contact> list(Handle tx, String tenant, UUID low, UUID high, boolean newestFirst, int limit) {
        return tx.createQuery("SELECT * FROM contacts.contacts WHERE tenant_id = :tenant AND id > :low AND id < :high"
                        + " ORDER BY id " + (newestFirst ? "DESC" : "ASC") + " LIMIT :limit")
                .bind("tenant", tenant)
                .bind("low", low)
                .bind("high", high)
                .bind("limit", limit)
                .map((row, context) -> contact(row))
                .list();
    }

    /** As {@link #list}, of those that have the terms. */
    List<UUID> search(Handle tx, String terms, UUID low, UUID high, boolean newestFirst, int limit) {
        return tx.createQuery(
                        "SELECT * FROM contacts.search_contacts(:terms::tsquery, :low, :high, :newestFirst, :limit)")
                .bind("terms", terms)
                .bind("low", low)
                .bind("high", high)
                .bind("newestFirst", newestFirst)
                .bind("limit", limit)
                .mapTo(UUID.class)
                .list();
    }

    List<Contact> all(Handle tx, String tenant, List<UUID> ids) {
        Map<UUID, Contact> found = new HashMap<>();
        tx.createQuery("SELECT * FROM contacts.contacts WHERE tenant_id = :tenant AND id = ANY(:ids)")
                .bind("tenant", tenant)
                .bindArray("ids", UUID.class, ids.toArray())
                .map((row, context) -> contact(row))
                .forEach(contact -> found.put(contact.id(), contact));
        return ids.stream().map(found::get).filter(Objects::nonNull).toList();
    }

    /** Contacts that an older version of this service wrote, which knew no search. */
    List<Contact> lockUnsearchable(Handle tx, int limit) {
        return tx.createQuery("SELECT * FROM contacts.contacts WHERE search IS NULL ORDER BY id LIMIT :limit"
                        + " FOR UPDATE SKIP LOCKED")
                .bind("limit", limit)
                .map((row, context) -> contact(row))
                .list();
    }

    void makeSearchable(Handle tx, List<Contact> contacts) {
        PreparedBatch batch = tx.prepareBatch(
                "UPDATE contacts.contacts SET search = :search::tsvector WHERE tenant_id = :tenant AND id = :id");
        contacts.forEach(contact -> batch.bind("tenant", contact.tenantId())
                .bind("id", contact.id())
                .bind("search", SearchTerms.of(contact))
                .add());
        batch.execute();
    }

    /** A tenant with contacts whose addresses are not in their normal form yet. */
    Optional<String> tenantToNormalise(Handle tx) {
        return tx.createQuery("SELECT tenant_id FROM contacts.addresses_to_normalise LIMIT 1")
                .mapTo(String.class)
                .findFirst();
    }

    List<Contact> lockToNormalise(Handle tx, String tenant, int limit) {
        return tx.createQuery("""
                        SELECT c.* FROM contacts.addresses_to_normalise n
                        JOIN contacts.contacts c ON c.tenant_id = n.tenant_id AND c.id = n.contact_id
                        WHERE n.tenant_id = :tenant ORDER BY c.identity LIMIT :limit FOR UPDATE""")
                .bind("tenant", tenant)
                .bind("limit", limit)
                .map((row, context) -> contact(row))
                .list();
    }

    void updateIdentity(Handle tx, Contact contact) {
        tx.createUpdate("UPDATE contacts.contacts SET identity = :identity WHERE tenant_id = :tenant AND id = :id")
                .bind("identity", contact.identity())
                .bind("tenant", contact.tenantId())
                .bind("id", contact.id())
                .execute();
    }

    void normalised(Handle tx, String tenant, List<Contact> contacts) {
        tx.createUpdate(
                        "DELETE FROM contacts.addresses_to_normalise WHERE tenant_id = :tenant AND contact_id = ANY(:ids)")
                .bind("tenant", tenant)
                .bindArray("ids", UUID.class, contacts.stream().map(Contact::id).toArray())
                .execute();
    }

    /**
     * Many new contacts at once; those whose identity is there already are left out.
     *
     * @return the ids of those that were inserted
     */
    public Set<UUID> insertAbsent(Handle tx, String tenant, List<Contact> contacts) {
        try {
            return NewContacts.insertAbsent(tx.getConnection(), tenant, contacts);
        } catch (SQLException e) {
            throw new IllegalStateException("Contacts cannot be inserted", e);
        }
    }

    /**
     * The same, quicker, for contacts of which none is expected to be there.
     *
     * @return false when one is, and nothing was inserted
     */
    public boolean insertAll(Handle tx, String tenant, List<Contact> contacts) {
        tx.savepoint("contacts");
        try {
            NewContacts.insertAll(tx.getConnection(), tenant, contacts);
            tx.releaseSavepoint("contacts");
            return true;
        } catch (SQLException e) {
            if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw new IllegalStateException("Contacts cannot be inserted", e);
            }
            tx.rollbackToSavepoint("contacts");
            return false;
        }
    }

    /** Contacts by the further address that they were looked for, locked in the order of their identity. */
    public Map<String, Contact> lockByFurtherAddress(Handle tx, String tenant, Collection<String> addresses) {
        Map<String, Contact> found = new HashMap<>();
        tx.createQuery("""
                        SELECT e.address AS found_by, c.* FROM contacts.contact_emails e
                        JOIN contacts.contacts c ON c.tenant_id = e.tenant_id AND c.id = e.contact_id
                        WHERE e.tenant_id = :tenant AND e.address = ANY(:addresses) ORDER BY c.identity FOR UPDATE OF c""")
                .bind("tenant", tenant)
                .bindArray("addresses", String.class, addresses.toArray())
                .map((row, context) -> Map.entry(row.getString("found_by"), contact(row)))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    /** Whose these addresses are, first ones and further ones. */
    public Map<String, UUID> owners(Handle tx, String tenant, Collection<String> addresses) {
        Map<String, UUID> owners = new HashMap<>();
        tx.createQuery("""
                        SELECT address, contact_id FROM contacts.contact_emails
                        WHERE tenant_id = :tenant AND address = ANY(:addresses)
                        UNION ALL SELECT identity, id FROM contacts.contacts
                        WHERE tenant_id = :tenant AND identity = ANY(:addresses)""")
                .bind("tenant", tenant)
                .bindArray("addresses", String.class, addresses.toArray())
                .map((row, context) -> Map.entry(row.getString(1), row.getObject(2, UUID.class)))
                .forEach(entry -> owners.put(entry.getKey(), entry.getValue()));
        return owners;
    }

    public boolean hasFurtherAddresses(Handle tx, String tenant) {
        return tx.createQuery("SELECT EXISTS (SELECT 1 FROM contacts.contact_emails WHERE tenant_id = :tenant)")
                .bind("tenant", tenant)
                .mapTo(Boolean.class)
                .one();
    }

    /** Writes down whose the further addresses of these contacts are; those of before are forgotten. */
    public void replaceFurtherAddresses(Handle tx, String tenant, Collection<Contact> contacts) {
        if (contacts.isEmpty()) {
            return;
        }
        tx.createUpdate("DELETE FROM contacts.contact_emails WHERE tenant_id = :tenant AND contact_id = ANY(:ids)")
                .bind("tenant", tenant)
                .bindArray("ids", UUID.class, contacts.stream().map(Contact::id).toArray())
                .execute();
        PreparedBatch batch = tx.prepareBatch("INSERT INTO contacts.contact_emails (tenant_id, address, contact_id)"
                + " VALUES (:tenant, :address, :contact)");
        contacts.forEach(contact -> contact.emails().stream()
                .map(EmailAddresses::normal)
                .distinct()
                .forEach(address -> batch.bind("tenant", tenant)
                        .bind("address", address)
                        .bind("contact", contact.id())
                        .add()));
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    /**
     * Held to the end of the transaction: shared by whoever writes first addresses, alone by whoever writes further ones, so that
     * no address becomes two contacts'.
     */
    public void lockAddresses(Handle tx, String tenant, boolean alone) {
        tx.createQuery("SELECT pg_advisory_xact_lock" + (alone ? "" : "_shared")
                        + "(hashtextextended('alum.addresses.' || :tenant, 0))::text")
                .bind("tenant", tenant)
                .mapTo(String.class)
                .findFirst();
    }

    /** @return those that exist, locked */
    public List<Contact> lockAll(Handle tx, String tenant, Collection<UUID> ids) {
        return tx.createQuery("SELECT * FROM contacts.contacts WHERE tenant_id = :tenant AND id = ANY(:ids)"
                        + " ORDER BY identity FOR UPDATE")
                .bind("tenant", tenant)
                .bindArray("ids", UUID.class, ids.toArray())
                .map((row, context) -> contact(row))
                .list();
    }

    public void deleteAll(Handle tx, String tenant, Collection<UUID> ids) {
        tx.createUpdate("DELETE FROM contacts.contacts WHERE tenant_id = :tenant AND id = ANY(:ids)")
                .bind("tenant", tenant)
                .bindArray("ids", UUID.class, ids.toArray())
                .execute();
    }

    /** Those that exist, as they are without waiting for anybody. */
    public List<Contact> byIdentity(Handle tx, String tenant, Collection<String> identities) {
        return tx.createQuery(
                        "SELECT * FROM contacts.contacts WHERE tenant_id = :tenant AND identity = ANY(:identities)")
                .bind("tenant", tenant)
                .bindArray("identities", String.class, identities.toArray())
                .map((row, context) -> contact(row))
                .list();
    }

    /**
     * An identity stays while its address does: two contacts of before may be one by their normal form, and must not be kept from
     * saying no.
     */
    public void update(Handle tx, List<Contact> contacts) {
        PreparedBatch batch = tx.prepareBatch("""
                UPDATE contacts.contacts SET identity = CASE
                    WHEN email IS NOT DISTINCT FROM :email AND (email IS NOT NULL OR phone IS NOT DISTINCT FROM :phone)
                    THEN identity ELSE :identity END, email = :email, phone = :phone,
                  first_name = :firstName, last_name = :lastName, source = :source,
                  time_zone = :timeZone, locale = :locale, emails = :emails, phone_raw = :phoneRaw, attributes = :attributes::jsonb,
                  tags = :tags, version = :version, updated_at = :updatedAt, search = :search::tsvector
                WHERE tenant_id = :tenant AND id = :id""");
        contacts.forEach(contact -> bind(batch, contact).add());
        batch.execute();
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
                .bind("search", SearchTerms.of(contact))
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
        try {
            return EventCodec.mapper().writeValueAsString(attributes);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("attributes cannot be written as JSON", e);
        }
    }

    private static Map<String, Object> attributes(String json) {
        try {
            return EventCodec.mapper().readValue(json, ATTRIBUTES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("attributes in the database are not JSON", e);
        }
    }
}
