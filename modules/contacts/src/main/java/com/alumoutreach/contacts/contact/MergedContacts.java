package com.alumoutreach.contacts.contact;

import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Who was merged into whom: read from {@code contacts.former_contacts}, to which each merge adds a row. */
@Singleton
public class MergedContacts {
    /** The contact, those that were merged into it, and those that were merged into these. */
    Set<UUID> with(Handle tx, String tenant, UUID contact) {
        return new LinkedHashSet<>(tx.createQuery("""
                        WITH RECURSIVE persons AS (
                          SELECT :contact::uuid AS id
                          UNION SELECT f.contact_id FROM persons p JOIN contacts.former_contacts f
                          ON f.tenant_id = :tenant AND f.merged_into = p.id)
                        SELECT id FROM persons""")
                .bind("tenant", tenant)
                .bind("contact", contact)
                .mapTo(UUID.class)
                .list());
    }

    /** Who stands for a contact that was merged away: the last of the chain, which may be gone too. */
    Optional<UUID> survivor(Handle tx, String tenant, UUID contact) {
        Set<UUID> seen = new LinkedHashSet<>();
        Optional<UUID> next = Optional.of(contact);
        while (next.isPresent() && seen.add(next.get())) {
            next = tx.createQuery("SELECT merged_into FROM contacts.former_contacts"
                            + " WHERE tenant_id = :tenant AND contact_id = :contact AND merged_into IS NOT NULL")
                    .bind("tenant", tenant)
                    .bind("contact", next.get())
                    .mapTo(UUID.class)
                    .findFirst();
        }
        return seen.size() > 1 ? seen.stream().reduce((one, later) -> later) : Optional.empty();
    }

    /** Of these contacts, those that others were merged into. */
    public Set<UUID> survivorsAmong(Handle tx, String tenant, Collection<UUID> contacts) {
        return tx.createQuery("SELECT DISTINCT merged_into FROM contacts.former_contacts"
                        + " WHERE tenant_id = :tenant AND merged_into = ANY(:contacts)")
                .bind("tenant", tenant)
                .bindArray("contacts", UUID.class, contacts.toArray())
                .mapTo(UUID.class)
                .set();
    }

    /** Everybody whom these contacts, which are gone, were merged into, over any number of merges. */
    public Set<UUID> into(Handle tx, String tenant, Collection<UUID> gone) {
        return gone.isEmpty()
                ? Set.of()
                : tx.createQuery("""
                        WITH RECURSIVE merges AS (
                          SELECT merged_into FROM contacts.former_contacts
                          WHERE tenant_id = :tenant AND contact_id = ANY(:gone) AND merged_into IS NOT NULL
                          UNION SELECT f.merged_into FROM merges m JOIN contacts.former_contacts f
                          ON f.tenant_id = :tenant AND f.contact_id = m.merged_into AND f.merged_into IS NOT NULL)
                        SELECT merged_into FROM merges""")
                        .bind("tenant", tenant)
                        .bindArray("gone", UUID.class, gone.toArray())
                        .mapTo(UUID.class)
                        .set();
    }
}
