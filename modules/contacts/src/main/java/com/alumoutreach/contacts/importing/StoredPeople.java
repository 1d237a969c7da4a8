package com.alumoutreach.contacts.importing;

import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.ContactRepository;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The contacts themselves, locked when they are looked up. */
@Singleton
class StoredPeople implements People {
    private static final int REMEMBERED = 1_000;

    private final ContactRepository contacts;

    /** Imports that met somebody who was there; only a shortcut. */
    private final Set<UUID> met = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }));

    StoredPeople(ContactRepository contacts) {
        this.contacts = contacts;
    }

    @Override
    public List<Contact> existing(Handle tx, ContactImport into, Collection<String> identities) {
        return contacts.lockByIdentity(tx, into.tenantId(), identities);
    }

    @Override
    public Set<UUID> create(Handle tx, ContactImport into, List<Contact> fresh) {
        Set<UUID> created = insert(tx, into, fresh);
        contacts.replaceFurtherAddresses(
                tx,
                into.tenantId(),
                fresh.stream()
                        .filter(contact -> !contact.emails().isEmpty() && created.contains(contact.id()))
                        .toList());
        return created;
    }

    /** As if nobody was there, until somebody is. */
    private Set<UUID> insert(Handle tx, ContactImport into, List<Contact> fresh) {
        if (!met.contains(into.id())) {
            if (contacts.insertAll(tx, into.tenantId(), fresh)) {
                return fresh.stream().map(Contact::id).collect(Collectors.toSet());
            }
            met.add(into.id());
        }
        return contacts.insertAbsent(tx, into.tenantId(), fresh);
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
