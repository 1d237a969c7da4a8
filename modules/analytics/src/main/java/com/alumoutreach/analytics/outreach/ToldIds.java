package com.alumoutreach.analytics.outreach;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The ids that are taken: {@code outreach_event_ids}. */
@Singleton
class ToldIds {
    /** An id with what belongs to it. */
    record Claim(UUID id, UUID digest, Instant happenedAt) {}

    /**
     * Takes ids that nobody has. An id that another transaction is about to take is waited for; in the order of the ids, so that two
     * transactions never wait for each other.
     *
     * @return the ids that are ours now
     */
    Set<UUID> take(Handle tx, String tenantId, Collection<Claim> claims) {
        return new HashSet<>(tx.createQuery("""
                        INSERT INTO analytics.outreach_event_ids (id, tenant_id, digest, occurred_at)
                        SELECT id, :tenant, digest, at
                        FROM unnest(:ids, :digests, :times::timestamptz[]) AS claims (id, digest, at) ORDER BY id
                        ON CONFLICT (id) DO NOTHING RETURNING id""")
                .bind("tenant", tenantId)
                .bindArray("ids", UUID.class, claims.stream().map(Claim::id).toArray())
                .bindArray(
                        "digests",
                        UUID.class,
                        claims.stream().map(Claim::digest).toArray())
                .bindArray(
                        "times",
                        String.class,
                        claims.stream()
                                .map(claim -> claim.happenedAt().toString())
                                .toArray())
                .mapTo(UUID.class)
                .list());
    }

    /** Those of the ids that this tenant has; another's are as if nobody could ever have had them. */
    Map<UUID, Claim> known(Handle tx, String tenantId, Collection<UUID> ids) {
        Map<UUID, Claim> known = new HashMap<>();
        if (!ids.isEmpty()) {
            tx.createQuery("SELECT id, digest, occurred_at FROM analytics.outreach_event_ids"
                            + " WHERE tenant_id = :tenant AND id = ANY(:ids)")
                    .bind("tenant", tenantId)
                    .bindArray("ids", UUID.class, ids.toArray())
                    .map((row, context) -> new Claim(
                            row.getObject(1, UUID.class),
                            row.getObject(2, UUID.class),
                            row.getObject(3, OffsetDateTime.class).toInstant()))
                    .forEach(claim -> known.put(claim.id(), claim));
        }
        return known;
    }
}
