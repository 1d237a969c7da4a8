package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.segments.membership.MemberChanges.Change;
import com.alumoutreach.segments.membership.MemberRepository.Membership;
import com.alumoutreach.segments.rule.Value;
import com.alumoutreach.segments.segment.Definitions;
import com.alumoutreach.segments.segment.Segment;
import com.alumoutreach.segments.segment.SegmentRepository;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** The members of static segments: those that somebody listed. */
@Singleton
class ListedMembers {
    /** Of one request. A file is bounded by the size of a body as well. */
    static final int MAX_MEMBERS = 100_000;

    /** Locked and added in one transaction. */
    private static final int CHUNK = 5_000;

    private static final int MAX_SHOWN = 320;

    private final Database database;
    private final Definitions definitions;
    private final SegmentRepository segments;
    private final ContactCopies copies;
    private final MemberChanges changes;

    ListedMembers(
            Database database,
            Definitions definitions,
            SegmentRepository segments,
            ContactCopies copies,
            MemberChanges changes) {
        this.database = database;
        this.definitions = definitions;
        this.segments = segments;
        this.copies = copies;
        this.changes = changes;
    }

    /** A line that names no contact. */
    record Line(int line, String value) {}

    /** @param already how many lines named a member, or a contact of an earlier line */
    record Outcome(long added, long already, List<Line> unknown) {}

    /**
     * Adds contacts.
     *
     * @param named ids or addresses; empty ones are left out
     * @param firstLine the number of the first
     * @throws ProblemException SEGMENT_NOT_STATIC, SEGMENT_NOT_FOUND, TOO_MANY_MEMBERS
     */
    Outcome add(Caller caller, Segment segment, List<String> named, int firstLine) {
        checkStatic(segment);
        if (named.size() > MAX_MEMBERS) {
            throw ProblemException.badRequest(
                    "TOO_MANY_MEMBERS", "At most " + MAX_MEMBERS + " members are added at once");
        }
        Set<String> wanted = named.stream()
                .flatMap(value -> Stream.of(Value.storable(value.strip()), key(value)))
                .collect(Collectors.toSet());
        Map<String, String> found =
                database.inTransaction(caller.tenantId(), tx -> contacts(tx, caller.tenantId(), wanted));
        Set<String> ids = new LinkedHashSet<>();
        List<Line> unknown = new ArrayList<>();
        long known = 0;
        for (int i = 0; i < named.size(); i++) {
            String value = named.get(i).strip();
            if (value.isEmpty()) {
                continue;
            }
            String contact = found.getOrDefault(Value.storable(value), found.get(key(value)));
            if (contact == null) {
                unknown.add(
                        new Line(firstLine + i, value.length() > MAX_SHOWN ? value.substring(0, MAX_SHOWN) : value));
            } else {
                ids.add(contact);
                known++;
            }
        }
        long added = 0;
        List<String> all = List.copyOf(ids);
        for (int done = 0; done < all.size(); done += CHUNK) {
            List<String> chunk = all.subList(done, Math.min(all.size(), done + CHUNK));
            added += database.inTransaction(caller.tenantId(), tx -> change(tx, caller, segment, chunk, true));
        }
        return new Outcome(added, known - added, unknown);
    }

    /** @throws ProblemException SEGMENT_NOT_STATIC, SEGMENT_NOT_FOUND, MEMBER_NOT_FOUND */
    void remove(Caller caller, Segment segment, String contactId) {
        checkStatic(segment);
        long removed =
                database.inTransaction(caller.tenantId(), tx -> change(tx, caller, segment, List.of(contactId), false));
        if (removed == 0) {
            throw ProblemException.notFound("member", contactId);
        }
    }

    private long change(Handle tx, Caller caller, Segment segment, List<String> contactIds, boolean belongs) {
        definitions.lock(tx, caller.tenantId());
        if (segments.find(tx, caller.tenantId(), segment.id(), false).isEmpty()) {
            // Deleted since it was looked up.
            throw ProblemException.notFound("segment", segment.id().toString());
        }
        List<Change> wanted = copies.lock(tx, caller.tenantId(), contactIds).stream()
                // Deleted since it was looked up: its events have taken it off already.
                .filter(copy -> !belongs || copy.present())
                .map(copy -> new Change(new Membership(segment.id(), copy.contactId()), belongs, caller.context()))
                .toList();
        MemberChanges.Counts counts = changes.apply(tx, caller.tenantId(), wanted);
        return counts.added() + counts.removed();
    }

    private static String key(String value) {
        return Value.of((Object) value.strip()).text();
    }

    /** By id, and by address: the id of a contact under each of its names. */
    private static Map<String, String> contacts(Handle tx, String tenant, Set<String> wanted) {
        Map<String, String> found = new HashMap<>();
        tx.createQuery("""
                        SELECT e, c.contact_id FROM segments.contact_copies c
                        CROSS JOIN LATERAL jsonb_array_elements_text(CASE jsonb_typeof(c.facts->'emails')
                          WHEN 'array' THEN c.facts->'emails' WHEN 'string' THEN jsonb_build_array(c.facts->'emails')
                          ELSE '[]'::jsonb END) e
                        WHERE c.tenant_id = :tenant AND NOT c.deleted AND c.fields_version > 0 AND e = ANY(:wanted)
                        ORDER BY (c.facts->>'email') IS NOT DISTINCT FROM e, c.contact_id DESC""")
                .bind("tenant", tenant)
                .bindArray("wanted", String.class, wanted.toArray())
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(row -> found.put(row.getKey(), row.getValue()));
        tx.createQuery(
                        "SELECT contact_id FROM segments.contact_copies"
                                + " WHERE tenant_id = :tenant AND contact_id = ANY(:wanted) AND NOT deleted AND fields_version > 0")
                .bind("tenant", tenant)
                .bindArray("wanted", String.class, wanted.toArray())
                .mapTo(String.class)
                .forEach(id -> found.put(id, id));
        return found;
    }

    private static void checkStatic(Segment segment) {
        if (segment.dynamic()) {
            throw ProblemException.conflict(
                    "SEGMENT_NOT_STATIC", "The members of this segment follow its rule; they are not listed");
        }
    }
}
