package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.http.ProblemException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Keeps each address of a tenant one contact's, whether it is its first (unique by index) or a further one. The two are in two
 * tables, so a lock stands between them ({@link ContactRepository#lockAddresses}), taken before any contact is locked.
 */
@Singleton
class Addresses {
    private final ContactRepository contacts;

    Addresses(ContactRepository contacts) {
        this.contacts = contacts;
    }

    /** @param further whether further addresses are to be written */
    void lock(Handle tx, String tenant, boolean further) {
        contacts.lockAddresses(tx, tenant, further);
    }

    /**
     * Before a contact is written, under the lock.
     *
     * @throws ProblemException CONTACT_EXISTS when an address is another contact's
     */
    void check(Handle tx, Contact contact) {
        List<String> all = new ArrayList<>();
        if (contact.email() != null) {
            all.add(EmailAddresses.normal(contact.email()));
        }
        contact.emails().forEach(email -> all.add(EmailAddresses.normal(email)));
        boolean taken = !all.isEmpty()
                && contacts.owners(tx, contact.tenantId(), all).values().stream()
                        .anyMatch(id -> !id.equals(contact.id()));
        if (taken) {
            throw ProblemException.conflict("CONTACT_EXISTS", "There is a contact with this address already");
        }
    }

    /** After a contact was written. */
    void keep(Handle tx, Contact contact) {
        contacts.replaceFurtherAddresses(tx, contact.tenantId(), List.of(contact));
    }
}
