package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.segments.SegmentsModule;
import com.alumoutreach.segments.membership.DueEvaluations.Due;
import com.alumoutreach.segments.membership.MemberRepository.Membership;
import com.alumoutreach.segments.membership.Memberships.Question;
import com.alumoutreach.segments.rule.Evaluation;
import com.alumoutreach.segments.segment.Definitions;
import com.alumoutreach.segments.segment.Segment;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Asks again where an answer changes by the mere passing of time; a chunk a transaction, in one instance at a time. */
@Singleton
class AgingWork implements BackgroundWork {
    private static final int CHUNK = 1_000;

    private final Database database;
    private final DueEvaluations due;
    private final Definitions definitions;
    private final ContactCopies copies;
    private final Memberships memberships;
    private final Clock clock;

    AgingWork(
            Database database,
            DueEvaluations due,
            Definitions definitions,
            ContactCopies copies,
            Memberships memberships,
            Clock clock) {
        this.database = database;
        this.due = due;
        this.definitions = definitions;
        this.copies = copies;
        this.memberships = memberships;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "segment-aging";
    }

    @Override
    public boolean step() {
        return database.inSystemTransaction(reading -> {
            boolean mine = reading.createQuery("SELECT pg_try_advisory_xact_lock(hashtextextended('alum.aging', 0))")
                    .mapTo(Boolean.class)
                    .one();
            if (!mine) {
                return false;
            }
            List<Due> now = due.due(reading, clock.millis(), CHUNK);
            now.stream()
                    .collect(Collectors.groupingBy(Due::tenantId, TreeMap::new, Collectors.toList()))
                    .forEach((tenant, ofTenant) ->
                            database.useTransaction(tenant, tx -> askAgain(tx, tenant, ofTenant)));
            return !now.isEmpty();
        });
    }

    private void askAgain(Handle tx, String tenant, List<Due> now) {
        Definitions.OfTenant defined = definitions.lock(tx, tenant);
        Map<String, Set<Segment>> byContact = new TreeMap<>();
        Map<Membership, Long> gone = new HashMap<>();
        for (Due one : now) {
            Segment segment = defined.byId().get(one.segmentId());
            if (segment == null || !segment.definition().ages()) {
                gone.put(new Membership(one.segmentId(), one.contactId()), Evaluation.NEVER);
            } else {
                byContact
                        .computeIfAbsent(one.contactId(), unused -> new LinkedHashSet<>())
                        .add(segment);
            }
        }
        EventContext why = EventContext.background(tenant, EventIds.next().toString(), SegmentsModule.NAME);
        List<Question> questions = new ArrayList<>();
        for (ContactCopy copy : copies.lock(tx, tenant, byContact.keySet())) {
            questions.add(new Question(copy, byContact.getOrDefault(copy.contactId(), Set.of()), false, why));
        }
        memberships.decide(tx, tenant, questions);
        due.set(tx, tenant, gone);
        // Without a copy nobody would answer, for ever.
        questions.forEach(question -> byContact.remove(question.copy().contactId()));
        due.forget(tx, tenant, byContact.keySet());
    }
}
