package com.alumoutreach.contacts.importing;

import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.ContactRepository;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Contacts as they would be after the rows so far of a dry run; nothing of them is changed. */
@Singleton
class RehearsedPeople implements People {
    private final ContactRepository contacts;

    RehearsedPeople(ContactRepository contacts) {
        this.contacts = contacts;
    }

    @Override
    public List<Contact> existing(Handle tx, ContactImport into, Collection<String> identities) {
        Map<String, Contact> found = new HashMap<>();
        contacts.byIdentity(tx, into.tenantId(), identities).forEach(contact -> found.put(contact.identity(), contact));
        tx.createQuery("SELECT contact FROM contacts.import_rehearsals"
                        + " WHERE tenant_id = :tenant AND import_id = :id AND identity = ANY(:identities)")
                .bind("tenant", into.tenantId())
                .bind("id", into.id())
                .bindArray("identities", String.class, identities.toArray())
                .mapTo(String.class)
                .map(RehearsedPeople::read)
                .forEach(contact -> found.put(contact.identity(), contact));
        return List.copyOf(found.values());
    }

    @Override
    public Set<UUID> create(Handle tx, ContactImport into, List<Contact> fresh) {
        Set<String> there = existing(
                        tx, into, fresh.stream().map(Contact::identity).toList())
                .stream()
                .map(Contact::identity)
                .collect(Collectors.toSet());
        List<Contact> created = fresh.stream()
                .filter(contact -> !there.contains(contact.identity()))
                .toList();
        update(tx, into, created);
        return created.stream().map(Contact::id).collect(Collectors.toSet());
    }

    @Override
    public void update(Handle tx, ContactImport into, List<Contact> changed) {
        tx.createUpdate("""
                INSERT INTO contacts.import_rehearsals (tenant_id, import_id, identity, contact)
                SELECT :tenant, :id, identity, contact::jsonb FROM unnest(:identities, :contacts) AS r (identity, contact)
                ON CONFLICT (import_id, identity) DO UPDATE SET contact = EXCLUDED.contact""")
                .bind("tenant", into.tenantId())
                .bind("id", into.id())
                .bindArray(
                        "identities",
                        String.class,
                        changed.stream().map(Contact::identity).toArray())
                .bindArray(
                        "contacts",
                        String.class,
                        changed.stream().map(RehearsedPeople::write).toArray())
                .execute();
    }

    private static String write(Contact contact) {
        try {
            return EventCodec.mapper().writeValueAsString(contact);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A contact cannot be written as JSON", e);
        }
    }

    private static Contact read(String json) {
        try {
            return EventCodec.mapper().readValue(json, Contact.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A rehearsed contact is not JSON", e);
        }
    }
}
