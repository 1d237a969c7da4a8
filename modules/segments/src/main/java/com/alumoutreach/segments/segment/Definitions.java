package com.alumoutreach.segments.segment;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/**
 * The segments of tenants as this process remembers them, and what of a contact each of them reads. Whoever decides about members
 * holds a lock of the tenant that many can hold, whoever changes a definition one that keeps all others out; so every decision
 * knows every definition, in every process.
 */
@Singleton
public class Definitions {
    /** Beyond it everything is forgotten and read again: a few kilobytes each. */
    private static final int MAX_TENANTS = 2_000;

    private final SegmentRepository segments;
    private final Map<String, OfTenant> remembered = new ConcurrentHashMap<>();

    Definitions(SegmentRepository segments) {
        this.segments = segments;
    }

    /**
     * The dynamic segments of a tenant.
     *
     * @param readers which of them read a key of a contact's facts, or an event
     */
    public record OfTenant(
            long generation, List<Segment> dynamic, Map<UUID, Segment> byId, Map<String, List<Segment>> readers) {
        static OfTenant of(long generation, List<Segment> all) {
            List<Segment> dynamic = all.stream().filter(Segment::dynamic).toList();
            Map<UUID, Segment> byId = new HashMap<>();
            Map<String, List<Segment>> readers = new HashMap<>();
            for (Segment segment : dynamic) {
                byId.put(segment.id(), segment);
                for (String key :
                        Objects.requireNonNull(segment.definition().rule()).reads()) {
                    readers.computeIfAbsent(key, unused -> new ArrayList<>()).add(segment);
                }
            }
            return new OfTenant(generation, dynamic, byId, readers);
        }

        /** Those whose answer can differ when this changed. */
        public Set<Segment> readersOf(Collection<String> changed) {
            Set<Segment> found = new LinkedHashSet<>();
            changed.forEach(key -> found.addAll(readers.getOrDefault(key, List.of())));
            return found;
        }
    }

    /** Before any lock on contacts: one order of locks for all. Held to the end of the transaction. */
    public OfTenant lock(Handle tx, String tenant) {
        tx.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended('alum.segments.' || ?, 0))", tenant);
        // A statement of its own: it has to see what was committed while the lock was waited for.
        long generation = tx.createQuery("SELECT generation FROM segments.generations WHERE tenant_id = :tenant")
                .bind("tenant", tenant)
                .mapTo(Long.class)
                .findFirst()
                .orElse(0L);
        OfTenant known = remembered.get(tenant);
        if (known != null && known.generation() == generation) {
            return known;
        }
        OfTenant read = OfTenant.of(generation, segments.all(tx, tenant));
        if (remembered.size() >= MAX_TENANTS) {
            remembered.clear();
        }
        remembered.put(tenant, read);
        return read;
    }

    /** Nobody decides about members of the tenant until the transaction ends. */
    public void lockAlone(Handle tx, String tenant) {
        tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('alum.segments.' || ?, 0))", tenant);
    }

    /** To be called before a definition is changed, in its transaction. */
    void change(Handle tx, String tenant) {
        lockAlone(tx, tenant);
        tx.createUpdate("INSERT INTO segments.generations AS g (tenant_id, generation) VALUES (:tenant, 1)"
                        + " ON CONFLICT (tenant_id) DO UPDATE SET generation = g.generation + 1")
                .bind("tenant", tenant)
                .execute();
    }
}
