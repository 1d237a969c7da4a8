package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.segments.membership.MemberChanges.Change;
import com.alumoutreach.segments.membership.MemberRepository.Membership;
import com.alumoutreach.segments.rule.Evaluation;
import com.alumoutreach.segments.rule.Rule;
import com.alumoutreach.segments.rule.Rule.Counted;
import com.alumoutreach.segments.segment.Segment;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Decides who is in which segment, writes down what changed, and when to look again. */
@Singleton
class Memberships {
    private final MemberRepository members;
    private final MemberChanges changes;
    private final Engagements engagements;
    private final DueEvaluations due;
    private final Clock clock;

    Memberships(
            MemberRepository members, MemberChanges changes, Engagements engagements, DueEvaluations due, Clock clock) {
        this.members = members;
        this.changes = changes;
        this.engagements = engagements;
        this.due = due;
        this.clock = clock;
    }

    /**
     * Whether a contact belongs to some segments.
     *
     * @param copy locked by the caller, as it is stored now
     * @param segments dynamic ones
     * @param fresh nothing was known of it before: it is in no segment, and nothing happened to it
     */
    record Question(ContactCopy copy, Collection<Segment> segments, boolean fresh, EventContext why) {}

    /** Brings memberships up to date. The caller holds the tenant's lock. */
    void decide(Handle tx, String tenant, List<Question> questions) {
        List<Question> asked = questions.stream()
                .filter(q -> q.copy().present() ? !q.segments().isEmpty() : !q.fresh())
                .toList();
        if (asked.isEmpty()) {
            return;
        }
        long now = clock.millis();
        List<String> known = asked.stream()
                .filter(q -> !q.fresh())
                .map(q -> q.copy().contactId())
                .toList();
        Map<String, Set<UUID>> before = before(tx, tenant, known);
        Map<String, Map<Counted, List<Long>>> behaviour = engagements.newest(tx, tenant, known, counts(asked));
        List<Change> made = new ArrayList<>();
        Map<Membership, Long> next = new HashMap<>();
        for (Question question : asked) {
            ContactCopy copy = question.copy();
            Set<UUID> in = before.getOrDefault(copy.contactId(), Set.of());
            if (!copy.present()) {
                in.forEach(segment ->
                        made.add(new Change(new Membership(segment, copy.contactId()), false, question.why())));
                continue;
            }
            Evaluation evaluation =
                    new Evaluation(copy.facts(), behaviour.getOrDefault(copy.contactId(), Map.of()), now);
            for (Segment segment : question.segments()) {
                Rule rule = rule(segment);
                boolean belongs = evaluation.matches(rule);
                Membership membership = new Membership(segment.id(), copy.contactId());
                if (belongs != in.contains(segment.id())) {
                    made.add(new Change(membership, belongs, question.why()));
                }
                if (segment.definition().ages()) {
                    long change = evaluation.nextChange(rule);
                    if (!question.fresh() || change != Evaluation.NEVER) {
                        next.put(membership, change);
                    }
                }
            }
        }
        changes.apply(tx, tenant, made);
        due.set(tx, tenant, next);
        due.forget(
                tx,
                tenant,
                asked.stream()
                        .filter(q -> !q.copy().present())
                        .map(q -> q.copy().contactId())
                        .toList());
    }

    /**
     * Lists the contacts that take the place of others, before those are taken off their lists. The caller holds the tenant's lock.
     *
     * @param into by the id of the one that goes, who takes its place; those who are there, and locked
     * @param why by the id of the one that goes
     */
    void takePlace(Handle tx, String tenant, Map<String, String> into, Map<String, EventContext> why) {
        Map<Membership, Change> made = new LinkedHashMap<>();
        for (Membership listed : members.listed(tx, tenant, into.keySet())) {
            String gone = listed.contactId();
            Membership membership = new Membership(listed.segmentId(), Objects.requireNonNull(into.get(gone)));
            made.putIfAbsent(membership, new Change(membership, true, Objects.requireNonNull(why.get(gone))));
        }
        changes.apply(tx, tenant, List.copyOf(made.values()));
    }

    /** What a segment's rule sees of a contact now. */
    Evaluation evaluation(Handle tx, String tenant, ContactCopy copy, Rule rule) {
        return new Evaluation(
                copy.facts(),
                engagements
                        .newest(tx, tenant, List.of(copy.contactId()), rule.counts())
                        .getOrDefault(copy.contactId(), Map.of()),
                clock.millis());
    }

    private Map<String, Set<UUID>> before(Handle tx, String tenant, List<String> contactIds) {
        return contactIds.isEmpty()
                ? Map.of()
                : members.of(tx, tenant, contactIds).stream()
                        .collect(Collectors.groupingBy(
                                Membership::contactId, Collectors.mapping(Membership::segmentId, Collectors.toSet())));
    }

    private static Map<Counted, Integer> counts(List<Question> asked) {
        Map<Counted, Integer> counts = new HashMap<>();
        asked.stream()
                .filter(q -> !q.fresh())
                .flatMap(q -> q.segments().stream())
                .distinct()
                .forEach(segment ->
                        rule(segment).counts().forEach((counted, most) -> counts.merge(counted, most, Math::max)));
        return counts;
    }

    private static Rule rule(Segment segment) {
        return Objects.requireNonNull(segment.definition().rule());
    }
}
