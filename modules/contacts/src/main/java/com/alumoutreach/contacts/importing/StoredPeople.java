package com.alumoutreach.contacts.importing;

import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.ContactRepository;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The contacts themselves, locked when they are looked up. */
@Singleton
class StoredPeople implements People {
    private final ContactRepository contacts;

    StoredPeople(ContactRepository contacts) {
        this.contacts = contacts;
    }

    @Override
    public List<Contact> existing(Handle tx, ContactImport into, Collection<String> identities) {
        return contacts.lockByIdentity(tx, into.tenantId(), identities);
    }

    @Override
    public Set<UUID> create(Handle tx, ContactImport into, List<Contact> fresh) {
        Set<UUID> created = contacts.insertNew(tx, into.tenantId(), fresh);
        contacts.replaceFurtherAddresses(
                tx,
                into.tenantId(),
                fresh.stream()
                        .filter(contact -> !contact.emails().isEmpty() && created.contains(contact.id()))
                        .toList());
        return created;
    }

    @Override
    public void update(Handle tx, ContactImport into, List<Contact> changed) {
        contacts.update(tx, changed);
        contacts.replaceFurtherAddresses(
                tx,
                into.tenantId(),
                changed.stream().filter(contact -> !contact.emails().isEmpty()).toList());
    }
}
