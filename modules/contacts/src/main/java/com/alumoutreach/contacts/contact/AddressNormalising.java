package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.module.BackgroundWork;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings addresses that an older version wrote into their normal form, some contacts at a time; nothing that can be seen changes.
 * Where two contacts turn out to be one mailbox both stay as they are: which of them counts is for people to say, by a merge.
 */
@Singleton
class AddressNormalising implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(AddressNormalising.class);
    private static final int CHUNK = 200;

    private final Database database;
    private final ContactRepository contacts;

    AddressNormalising(Database database, ContactRepository contacts) {
        this.database = database;
        this.contacts = contacts;
    }

    @Override
    public String name() {
        return "contact-addresses";
    }

    @Override
    public Duration idle() {
        return Duration.ofMinutes(1);
    }

    /** Contacts of one tenant. */
    @Override
    public boolean step() {
        return database.inSystemTransaction(tx -> contacts.tenantToNormalise(tx)
                .map(tenant -> {
                    contacts.lockAddresses(tx, tenant, true);
                    List<Contact> found = contacts.lockToNormalise(tx, tenant, CHUNK);
                    found.forEach(contact -> normalise(tx, contact));
                    contacts.normalised(tx, tenant, found);
                    return true;
                })
                .orElse(false));
    }

    private void normalise(Handle tx, Contact contact) {
        boolean taken = contacts.owners(tx, contact.tenantId(), contact.addresses()).values().stream()
                .anyMatch(owner -> !owner.equals(contact.id()));
        if (taken) {
            LOG.warn("contact.duplicate tenant={} id={}", contact.tenantId(), contact.id());
        } else {
            contacts.updateIdentity(tx, contact);
            contacts.replaceFurtherAddresses(tx, contact.tenantId(), List.of(contact));
        }
    }
}
