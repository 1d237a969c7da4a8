package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.http.ProblemException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Keeps each address of a tenant one contact's, whether it is its first (unique by index) or a further one. The two are in two
 * tables, so a lock stands between them: who writes first addresses shares it, who writes further ones has it alone.
 */
@Singleton
public class Addresses {
    private static final String LOCK = "hashtextextended('alum.contacts.addresses ' || :tenant, 0)";

    /** Before first addresses are written, and before any contact is locked; until the transaction ends. */
    public void share(Handle tx, String tenant) {
        lock(tx, tenant, "pg_advisory_xact_lock_shared");
    }

    /** Before further addresses are written, and before any contact is locked; until the transaction ends. */
    void own(Handle tx, String tenant) {
        lock(tx, tenant, "pg_advisory_xact_lock");
    }

    private static void lock(Handle tx, String tenant, String function) {
        tx.createQuery("SELECT true FROM (SELECT " + function + "(" + LOCK + ")) AS locked")
                .bind("tenant", tenant)
                .mapTo(Boolean.class)
                .one();
    }

    /** Of these addresses those that are further ones of a contact, with whose they are. */
    public Map<String, UUID> owners(Handle tx, String tenant, Collection<String> addresses) {
        Map<String, UUID> owners = new HashMap<>();
        if (!addresses.isEmpty()) {
            tx.createQuery("SELECT address, contact_id FROM contacts.contact_emails"
                            + " WHERE tenant_id = :tenant AND address = ANY(:addresses)")
                    .bind("tenant", tenant)
                    .bindArray("addresses", String.class, addresses.toArray())
                    .map((row, context) -> Map.entry(row.getString(1), row.getObject(2, UUID.class)))
                    .forEach(entry -> owners.put(entry.getKey(), entry.getValue()));
        }
        return owners;
    }

    /**
     * Before a contact is written, under the lock.
     *
     * @throws ProblemException CONTACT_EXISTS when an address is another contact's
     */
    void check(Handle tx, Contact contact) {
        boolean further = !contact.emails().isEmpty();
        List<String> all = new ArrayList<>();
        if (contact.email() != null) {
            all.add(contact.email().toLowerCase(Locale.ROOT));
        }
        contact.emails().forEach(email -> all.add(email.toLowerCase(Locale.ROOT)));
        boolean taken = owners(tx, contact.tenantId(), all).values().stream().anyMatch(id -> !id.equals(contact.id()));
        if (taken || (further && isFirstOfAnother(tx, contact, all))) {
            throw ProblemException.conflict("CONTACT_EXISTS", "There is a contact with this address already");
        }
    }

    private static boolean isFirstOfAnother(Handle tx, Contact contact, List<String> addresses) {
        return tx.createQuery("SELECT EXISTS (SELECT FROM contacts.contacts WHERE tenant_id = :tenant"
                        + " AND identity = ANY(:addresses) AND id <> :id)")
                .bind("tenant", contact.tenantId())
                .bindArray("addresses", String.class, addresses.toArray())
                .bind("id", contact.id())
                .mapTo(Boolean.class)
                .one();
    }

    /** After a contact was written. */
    void keep(Handle tx, Contact contact) {
        tx.createUpdate("DELETE FROM contacts.contact_emails WHERE tenant_id = :tenant AND contact_id = :id")
                .bind("tenant", contact.tenantId())
                .bind("id", contact.id())
                .execute();
        if (contact.emails().isEmpty()) {
            return;
        }
        PreparedBatch batch = tx.prepareBatch("INSERT INTO contacts.contact_emails (tenant_id, address, contact_id)"
                + " VALUES (:tenant, :address, :id)");
        contact.emails()
                .forEach(email -> batch.bind("tenant", contact.tenantId())
                        .bind("address", email.toLowerCase(Locale.ROOT))
                        .bind("id", contact.id())
                        .add());
        batch.execute();
    }
}
