package com.alumoutreach.contacts.importing;

import com.alumoutreach.contacts.contact.Contact;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The contacts that an import meets: those of the database, or in a dry run what would have become of them. */
interface People {
    /** Those that exist. */
    List<Contact> existing(Handle tx, ContactImport into, Collection<String> identities);

    /** @return the ids of those that were created; the others exist */
    Set<UUID> create(Handle tx, ContactImport into, List<Contact> fresh);

    void update(Handle tx, ContactImport into, List<Contact> changed);
}
