package com.alumoutreach.contacts.contact;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * What imports keep of a person: former values for undo, and cells of rows that failed, which belong to no contact and are found
 * by the addresses in them. Files are gone when their import is finished; one that still runs may bring the person back.
 */
final class ImportLeftovers {
    private static final String FOUND =
            "EXISTS (SELECT 1 FROM unnest(:addresses) AS a WHERE position(a IN lower(%s)) > 0)";

    /** By table: what to do to it. Tables that this version of the schema does not have are left out. */
    private static final Map<String, String> BY_TABLE = new LinkedHashMap<>();

    static {
        BY_TABLE.put(
                "import_rows",
                "UPDATE contacts.import_rows SET detail = NULL WHERE tenant_id = :tenant AND detail IS NOT NULL"
                        + " AND (contact_id::text = ANY(:contacts) OR " + FOUND.formatted("detail") + ")");
        BY_TABLE.put(
                "import_changes",
                "DELETE FROM contacts.import_changes WHERE tenant_id = :tenant AND contact_id::text = ANY(:contacts)");
        BY_TABLE.put(
                "import_kept",
                "UPDATE contacts.import_kept SET detail = ''"
                        + " WHERE tenant_id = :tenant AND contact_id::text = ANY(:contacts)");
        BY_TABLE.put(
                "import_failures",
                "UPDATE contacts.import_failures SET detail = '', cells = '[]' WHERE tenant_id = :tenant AND "
                        + FOUND.formatted("detail || cells::text"));
        BY_TABLE.put(
                "import_rehearsals",
                "DELETE FROM contacts.import_rehearsals WHERE tenant_id = :tenant AND "
                        + FOUND.formatted("contact::text"));
    }

    private ImportLeftovers() {}

    /** @param addresses in lower case */
    static void erase(Handle tx, String tenant, Collection<String> contactIds, Collection<String> addresses) {
        BY_TABLE.forEach((table, change) -> {
            if (exists(tx, table) && !(addresses.isEmpty() && !change.contains(":contacts"))) {
                tx.createUpdate(change)
                        .bind("tenant", tenant)
                        .bindArray("contacts", String.class, contactIds.toArray())
                        .bindArray("addresses", String.class, addresses.toArray())
                        .execute();
            }
        });
    }

    private static boolean exists(Handle tx, String table) {
        return tx.createQuery("SELECT to_regclass('contacts.' || :table) IS NOT NULL")
                .bind("table", table)
                .mapTo(Boolean.class)
                .one();
    }
}
