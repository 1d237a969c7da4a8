package com.alumoutreach.contacts.contact;

import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * What imports keep of a person: former values for undo, and cells of rows that failed, which belong to no contact and are found
 * by the addresses in them. Files are gone when their import is finished; one that still runs may bring the person back.
 */
final class ImportLeftovers {
    private static final String FOUND =
            "EXISTS (SELECT 1 FROM unnest(:addresses) AS a WHERE position(a IN lower(%s)) > 0)";

    private static final List<String> BY_CONTACT = List.of(
            "DELETE FROM contacts.import_changes WHERE tenant_id = :tenant AND contact_id::text = ANY(:contacts)",
            "UPDATE contacts.import_kept SET detail = '' WHERE tenant_id = :tenant AND contact_id::text = ANY(:contacts)");

    private static final List<String> BY_ADDRESS = List.of(
            "UPDATE contacts.import_failures SET detail = '', cells = '[]' WHERE tenant_id = :tenant AND "
                    + FOUND.formatted("detail || cells::text"),
            "DELETE FROM contacts.import_rehearsals WHERE tenant_id = :tenant AND " + FOUND.formatted("contact::text"));

    private ImportLeftovers() {}

    /** @param addresses in lower case */
    static void erase(Handle tx, String tenant, Collection<String> contactIds, Collection<String> addresses) {
        for (String change : BY_CONTACT) {
            tx.createUpdate(change)
                    .bind("tenant", tenant)
                    .bindArray("contacts", String.class, contactIds.toArray())
                    .execute();
        }
        if (addresses.isEmpty()) {
            return;
        }
        for (String change : BY_ADDRESS) {
            tx.createUpdate(change)
                    .bind("tenant", tenant)
                    .bindArray("addresses", String.class, addresses.toArray())
                    .execute();
        }
    }
}
