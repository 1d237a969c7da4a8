package com.alumoutreach.segments.membership;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Rows of {@code segments.members}, to be read; {@link MemberChanges} writes them. */
@Singleton
public class MemberRepository {
    /** A contact in a segment. */
    record Membership(UUID segmentId, String contactId) {}

    /** A member as it is listed. */
    record Member(String contactId, Instant since) {}

    List<Member> list(Handle tx, String tenant, UUID segment, String after, int limit) {
        return tx.createQuery(
                        "SELECT contact_id, since FROM segments.members WHERE tenant_id = :tenant AND segment_id = :segment"
                                + " AND contact_id > :after ORDER BY contact_id LIMIT :limit")
                .bind("tenant", tenant)
                .bind("segment", segment)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new Member(
                        row.getString(1), row.getObject(2, OffsetDateTime.class).toInstant()))
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

    /** In whatever segments. */
    Set<Membership> of(Handle tx, String tenant, Collection<String> contactIds) {
        return new HashSet<>(tx.createQuery("SELECT segment_id, contact_id FROM segments.members"
                        + " WHERE tenant_id = :tenant AND contact_id = ANY(:ids)")
                .bind("tenant", tenant)
                .bindArray("ids", String.class, contactIds.toArray())
                .map((row, context) -> new Membership(row.getObject(1, UUID.class), row.getString(2)))
                .list());
    }

    /** Where somebody has listed them. */
    List<Membership> listed(Handle tx, String tenant, Collection<String> contactIds) {
        return tx.createQuery("SELECT m.segment_id, m.contact_id FROM segments.members m JOIN segments.segments s"
                        + " ON s.tenant_id = m.tenant_id AND s.id = m.segment_id AND s.type = 'static'"
                        + " WHERE m.tenant_id = :tenant AND m.contact_id = ANY(:ids)")
                .bind("tenant", tenant)
                .bindArray("ids", String.class, contactIds.toArray())
                .map((row, context) -> new Membership(row.getObject(1, UUID.class), row.getString(2)))
                .list();
    }

    /** Which of these contacts are in the segment. */
    Set<String> in(Handle tx, String tenant, UUID segment, Collection<String> contactIds) {
        return new HashSet<>(tx.createQuery("SELECT contact_id FROM segments.members"
                        + " WHERE tenant_id = :tenant AND segment_id = :segment AND contact_id = ANY(:ids)")
                .bind("tenant", tenant)
                .bind("segment", segment)
                .bindArray("ids", String.class, contactIds.toArray())
                .mapTo(String.class)
                .list());
    }
}
