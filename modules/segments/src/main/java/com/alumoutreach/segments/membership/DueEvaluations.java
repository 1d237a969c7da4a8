package com.alumoutreach.segments.membership;

import com.alumoutreach.segments.membership.MemberRepository.Membership;
import com.alumoutreach.segments.rule.Evaluation;
import com.alumoutreach.segments.segment.Segment;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Rows of {@code segments.due_evaluations}: when an answer can change although nothing happens. */
@Singleton
class DueEvaluations {
    /** A contact that a segment has to be asked about again. */
    record Due(String tenantId, UUID segmentId, String contactId) {}

    /** @param next milliseconds since 1970, or {@link Evaluation#NEVER} */
    void set(Handle tx, String tenant, Map<Membership, Long> next) {
        if (next.isEmpty()) {
            return;
        }
        // In one order, so that two who set the same rows wait for each other.
        tx.createUpdate("""
                        INSERT INTO segments.due_evaluations AS d (tenant_id, segment_id, contact_id, due_ms)
                        SELECT :tenant, segment_id, contact_id, due_ms
                        FROM unnest(:segments::uuid[], :contacts::text[], :due::bigint[]) AS u(segment_id, contact_id, due_ms)
                        WHERE due_ms < :never ORDER BY segment_id, contact_id
                        ON CONFLICT (segment_id, contact_id) DO UPDATE SET due_ms = EXCLUDED.due_ms
                        WHERE d.due_ms <> EXCLUDED.due_ms""")
                .bind("tenant", tenant)
                .bindArray(
                        "segments",
                        UUID.class,
                        next.keySet().stream().map(Membership::segmentId).toArray())
                .bindArray(
                        "contacts",
                        String.class,
                        next.keySet().stream().map(Membership::contactId).toArray())
                .bindArray("due", Long.class, next.values().toArray())
                .bind("never", Evaluation.NEVER)
                .execute();
        List<Membership> none = next.entrySet().stream()
                .filter(entry -> entry.getValue() == Evaluation.NEVER)
                .map(Map.Entry::getKey)
                .toList();
        if (!none.isEmpty()) {
            tx.createUpdate(
                            "DELETE FROM segments.due_evaluations d"
                                    + " USING unnest(:segments::uuid[], :contacts::text[]) AS u(segment_id, contact_id)"
                                    + " WHERE d.tenant_id = :tenant AND d.segment_id = u.segment_id AND d.contact_id = u.contact_id")
                    .bind("tenant", tenant)
                    .bindArray(
                            "segments",
                            UUID.class,
                            none.stream().map(Membership::segmentId).toArray())
                    .bindArray(
                            "contacts",
                            String.class,
                            none.stream().map(Membership::contactId).toArray())
                    .execute();
        }
    }

    void forget(Handle tx, String tenant, Collection<String> contactIds) {
        if (!contactIds.isEmpty()) {
            tx.createUpdate(
                            "DELETE FROM segments.due_evaluations WHERE tenant_id = :tenant AND contact_id = ANY(:contacts)")
                    .bind("tenant", tenant)
                    .bindArray("contacts", String.class, contactIds.toArray())
                    .execute();
        }
    }

    void forget(Handle tx, Segment segment) {
        tx.createUpdate("DELETE FROM segments.due_evaluations WHERE tenant_id = :tenant AND segment_id = :segment")
                .bind("tenant", segment.tenantId())
                .bind("segment", segment.id())
                .execute();
    }

    /** Of all tenants, the longest due first. */
    List<Due> due(Handle tx, long now, int limit) {
        return tx.createQuery("SELECT tenant_id, segment_id, contact_id FROM segments.due_evaluations"
                        + " WHERE due_ms <= :now ORDER BY due_ms LIMIT :limit")
                .bind("now", now)
                .bind("limit", limit)
                .map((row, context) -> new Due(row.getString(1), row.getObject(2, UUID.class), row.getString(3)))
                .list();
    }
}
