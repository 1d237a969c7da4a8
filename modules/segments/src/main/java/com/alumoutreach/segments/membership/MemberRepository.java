package com.alumoutreach.segments.membership;

import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Rows of {@code segments.members}. */
@Singleton
public class MemberRepository {
    /** A contact in a segment. */
    record Membership(UUID segmentId, String contactId) {}

    public List<String> list(Handle tx, String tenant, UUID segment, String after, int limit) {
        return tx.createQuery(
                        "SELECT contact_id FROM segments.members WHERE tenant_id = :tenant AND segment_id = :segment"
                                + " AND contact_id > :after ORDER BY contact_id LIMIT :limit")
                .bind("tenant", tenant)
                .bind("segment", segment)
                .bind("after", after)
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    public long count(Handle tx, String tenant, UUID segment) {
        return tx.createQuery(
                        "SELECT count(*) FROM segments.members WHERE tenant_id = :tenant AND segment_id = :segment")
                .bind("tenant", tenant)
                .bind("segment", segment)
                .mapTo(Long.class)
                .one();
    }

    Set<Membership> of(Handle tx, String tenant, Collection<String> contactIds) {
        return new HashSet<>(tx.createQuery("SELECT segment_id, contact_id FROM segments.members"
                        + " WHERE tenant_id = :tenant AND contact_id = ANY(:ids)")
                .bind("tenant", tenant)
                .bindArray("ids", String.class, contactIds.toArray())
                .map((row, context) -> new Membership(row.getObject(1, UUID.class), row.getString(2)))
                .list());
    }

    void insert(Handle tx, String tenant, Collection<Membership> added) {
        change(
                tx,
                tenant,
                added,
                "INSERT INTO segments.members (tenant_id, segment_id, contact_id)"
                        + " VALUES (:tenant, :segment, :contact)");
    }

    void delete(Handle tx, String tenant, Collection<Membership> removed) {
        change(
                tx,
                tenant,
                removed,
                "DELETE FROM segments.members"
                        + " WHERE tenant_id = :tenant AND segment_id = :segment AND contact_id = :contact");
    }

    private static void change(Handle tx, String tenant, Collection<Membership> memberships, String sql) {
        if (memberships.isEmpty()) {
            return;
        }
        PreparedBatch batch = tx.prepareBatch(sql);
        memberships.forEach(m -> batch.bind("tenant", tenant)
                .bind("segment", m.segmentId())
                .bind("contact", m.contactId())
                .add());
        batch.execute();
    }
}
