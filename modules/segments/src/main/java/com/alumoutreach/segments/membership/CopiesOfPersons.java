package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.privacy.ContactTables;
import com.alumoutreach.backbone.privacy.PersonalData;
import com.alumoutreach.segments.SegmentsModule;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What segments know of a person: the copy of the contact, and where it is a member. */
@Singleton
class CopiesOfPersons implements PersonalData {
    /** Everything else of a copy goes, columns that come later included. Versions stay: they keep out what arrives late. */
    private static final List<String> KEPT = List.of(
            "tenant_id",
            "contact_id",
            "fields_version",
            "tags_version",
            "deleted",
            "erased",
            "merged_into",
            "created_ms");

    @Override
    public String module() {
        return SegmentsModule.NAME;
    }

    @Override
    public Map<String, Object> export(Handle tx, String tenant, String contactId) {
        return ContactTables.rows(tx, SegmentsModule.NAME, tenant, contactId);
    }

    /** Members stay until the projection hears that the contact is deleted: it tells the others then. */
    @Override
    public void erase(Handle tx, String tenant, Collection<String> contactIds) {
        String emptied = tx
                .createQuery("SELECT column_name FROM information_schema.columns"
                        + " WHERE table_schema = 'segments' AND table_name = 'contact_copies'"
                        + " AND column_name <> ALL(:kept)")
                .bindArray("kept", String.class, KEPT.toArray())
                .mapTo(String.class)
                .stream()
                .map(column -> column + " = DEFAULT")
                .collect(Collectors.joining(", "));
        tx.createUpdate("UPDATE segments.contact_copies SET " + emptied
                        + " WHERE tenant_id = :tenant AND contact_id = ANY(:contacts)")
                .bind("tenant", tenant)
                .bindArray("contacts", String.class, contactIds.toArray())
                .execute();
    }
}
