package com.alumoutreach.segments.membership;

import com.alumoutreach.segments.rule.Rule.Counted;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code segments.engagements}: what happened to contacts. */
@Singleton
class Engagements {
    /** @param kind as rules name it, for example {@code message.opened} */
    record Engagement(
            String contactId,
            String kind,
            long atMs,
            UUID eventId,
            @Nullable String campaignId) {}

    /** The same event twice is one row; a campaign that was not known the first time is added. */
    void append(Handle tx, String tenant, List<Engagement> all) {
        if (all.isEmpty()) {
            return;
        }
        tx.createUpdate("""
                        INSERT INTO segments.engagements (tenant_id, contact_id, kind, at_ms, event_id, campaign_id)
                        SELECT :tenant, u.* FROM unnest(:contacts::text[], :kinds::text[], :times::bigint[], :ids::uuid[],
                          :campaigns::text[]) AS u (contact_id, kind, at_ms, event_id, campaign_id)
                        ON CONFLICT (tenant_id, contact_id, kind, at_ms, event_id) DO UPDATE SET campaign_id = excluded.campaign_id
                          WHERE engagements.campaign_id IS NULL AND excluded.campaign_id IS NOT NULL""")
                .bind("tenant", tenant)
                .bindArray(
                        "contacts",
                        String.class,
                        all.stream().map(Engagement::contactId).toArray())
                .bindArray(
                        "kinds",
                        String.class,
                        all.stream().map(Engagement::kind).toArray())
                .bindArray(
                        "times", Long.class, all.stream().map(Engagement::atMs).toArray())
                .bindArray(
                        "ids", UUID.class, all.stream().map(Engagement::eventId).toArray())
                .bindArray(
                        "campaigns",
                        String.class,
                        all.stream().map(Engagement::campaignId).toArray())
                .execute();
    }

    /**
     * For each contact the newest times of each kind, newest first.
     *
     * @param most how many of each
     */
    Map<String, Map<Counted, List<Long>>> newest(
            Handle tx, String tenant, Collection<String> contactIds, Map<Counted, Integer> most) {
        Map<String, Map<Counted, List<Long>>> found = new HashMap<>();
        if (contactIds.isEmpty()) {
            return found;
        }
        most.forEach((counted, limit) -> {
            var query = tx.createQuery("""
                            SELECT i.id, e.at_ms FROM unnest(:ids::text[]) AS i(id) CROSS JOIN LATERAL (
                              SELECT at_ms FROM segments.engagements
                              WHERE tenant_id = :tenant AND contact_id = i.id AND kind = :kind %s
                              ORDER BY at_ms DESC LIMIT :limit) e ORDER BY e.at_ms DESC""".formatted(counted.campaignId() == null ? "" : "AND campaign_id = :campaign"))
                    .bind("tenant", tenant)
                    .bindArray("ids", String.class, contactIds.toArray())
                    .bind("kind", counted.event())
                    .bind("limit", limit);
            if (counted.campaignId() != null) {
                query.bind("campaign", counted.campaignId());
            }
            query.map((row, context) -> Map.entry(row.getString(1), row.getLong(2)))
                    .forEach(row -> found.computeIfAbsent(row.getKey(), unused -> new HashMap<>())
                            .computeIfAbsent(counted, unused -> new ArrayList<>())
                            .add(row.getValue()));
        });
        return found;
    }

    /** What happened to one contact counts for another from now on. */
    int move(Handle tx, String tenant, String from, String to) {
        return tx.createUpdate("UPDATE segments.engagements SET contact_id = :to"
                        + " WHERE tenant_id = :tenant AND contact_id = :from")
                .bind("tenant", tenant)
                .bind("from", from)
                .bind("to", to)
                .execute();
    }

    void forget(Handle tx, String tenant, Collection<String> contactIds) {
        if (!contactIds.isEmpty()) {
            tx.createUpdate(
                            "DELETE FROM segments.engagements WHERE tenant_id = :tenant AND contact_id = ANY(:contacts)")
                    .bind("tenant", tenant)
                    .bindArray("contacts", String.class, contactIds.toArray())
                    .execute();
        }
    }

    /** Of all tenants, what is older than any rule looks back; at most so many. */
    int prune(Handle tx, long beforeMs, int most) {
        return tx.createUpdate("DELETE FROM segments.engagements WHERE ctid = ANY(ARRAY("
                        + "SELECT ctid FROM segments.engagements WHERE at_ms < :before LIMIT :most))")
                .bind("before", beforeMs)
                .bind("most", most)
                .execute();
    }
}
