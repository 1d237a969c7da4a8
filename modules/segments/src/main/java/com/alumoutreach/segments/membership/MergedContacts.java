package com.alumoutreach.segments.membership;

import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Which contact stands for one that was merged away, over any number of merges. */
@Singleton
class MergedContacts {
    /** Longer chains end somewhere within. */
    private static final int MAX_STEPS = 50;

    /**
     * For each of these contacts that were merged into others, the last of the chain.
     *
     * @param known merges that are not stored yet
     */
    Map<String, String> survivors(Handle tx, String tenant, Collection<String> contactIds, Map<String, String> known) {
        Map<String, String> into = new HashMap<>(known);
        Set<String> asked = new HashSet<>();
        Set<String> open = new HashSet<>(contactIds);
        open.addAll(known.values());
        for (int step = 0; step < MAX_STEPS && !open.isEmpty(); step++) {
            asked.addAll(open);
            stored(tx, tenant, open).forEach(into::putIfAbsent);
            open = new HashSet<>(into.values());
            open.removeAll(asked);
        }
        Map<String, String> survivors = new HashMap<>();
        for (String contact : contactIds) {
            String last = last(contact, into);
            if (!last.equals(contact)) {
                survivors.put(contact, last);
            }
        }
        return survivors;
    }

    private static String last(String contact, Map<String, String> into) {
        String at = contact;
        for (int step = 0; step < MAX_STEPS; step++) {
            String next = into.get(at);
            if (next == null) {
                return at;
            }
            at = next;
        }
        return at;
    }

    private static Map<String, String> stored(Handle tx, String tenant, Collection<String> contactIds) {
        Map<String, String> found = new HashMap<>();
        List<Map.Entry<String, String>> rows = tx.createQuery(
                        "SELECT contact_id, merged_into FROM segments.contact_copies"
                                + " WHERE tenant_id = :tenant AND contact_id = ANY(:ids) AND merged_into IS NOT NULL")
                .bind("tenant", tenant)
                .bindArray("ids", String.class, contactIds.toArray())
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .list();
        rows.forEach(row -> found.put(row.getKey(), row.getValue()));
        return found;
    }
}
