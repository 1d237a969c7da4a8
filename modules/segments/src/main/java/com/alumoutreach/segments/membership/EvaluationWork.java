package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.contracts.segment.SegmentEvaluated;
import com.alumoutreach.segments.SegmentsModule;
import com.alumoutreach.segments.membership.MemberChanges.Change;
import com.alumoutreach.segments.membership.MemberChanges.Counts;
import com.alumoutreach.segments.membership.MemberRepository.Membership;
import com.alumoutreach.segments.rule.Evaluation;
import com.alumoutreach.segments.rule.Rule;
import com.alumoutreach.segments.rule.SqlRule;
import com.alumoutreach.segments.segment.Definitions;
import com.alumoutreach.segments.segment.Segment;
import com.alumoutreach.segments.segment.SegmentRepository;
import com.alumoutreach.segments.segment.SegmentRepository.Evaluated;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;

/**
 * Evaluates a new definition over all contacts of its tenant: one query finds who is on the wrong side, then they are looked at
 * again in chunks, each in a transaction that nobody else decides in, until the query finds nobody. It goes on where a kill left
 * it, for what was done is not found again. The query runs in a transaction that writes nothing, so the relay waits for no more
 * than a chunk.
 */
@Singleton
class EvaluationWork implements BackgroundWork {
    /** Found by one query; bounds what is held in memory, and how long the transaction of the query waits. */
    private static final int FOUND = 50_000;

    /** Decided in one transaction, for about a fifth of a second; events of the tenant wait as long. */
    private static final int CHUNK = 5_000;

    private static final int UNREAD_CHUNK = 1_000;
    private static final int CANDIDATES = 20;

    private final Database database;
    private final SegmentRepository segments;
    private final Definitions definitions;
    private final ContactCopies copies;
    private final MemberChanges changes;
    private final MemberRepository members;
    private final DueEvaluations due;
    private final EventLog log;
    private final Clock clock;

    EvaluationWork(
            Database database,
            SegmentRepository segments,
            Definitions definitions,
            ContactCopies copies,
            MemberChanges changes,
            MemberRepository members,
            DueEvaluations due,
            @Named(SegmentsModule.NAME) EventLog log,
            Clock clock) {
        this.database = database;
        this.segments = segments;
        this.definitions = definitions;
        this.copies = copies;
        this.changes = changes;
        this.members = members;
        this.due = due;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "segment-evaluation";
    }

    @Override
    public boolean step() {
        // Also where no segment is, for previews.
        database.inSystemTransaction(copies::tenantWithUnread).ifPresent(this::readFacts);
        List<Segment> waiting = database.inSystemTransaction(tx -> segments.unevaluated(tx, CANDIDATES));
        boolean worked = false;
        for (Segment segment : waiting) {
            worked |= database.inTransaction(segment.tenantId(), reading -> evaluate(reading, segment));
        }
        return worked;
    }

    /** False when another instance is at it. */
    private boolean evaluate(Handle reading, Segment segment) {
        // Tried, not waited for. It makes the transaction no writer.
        boolean mine = reading.createQuery(
                        "SELECT pg_try_advisory_xact_lock(hashtextextended('alum.evaluation.' || :id, 0))")
                .bind("id", segment.id().toString())
                .mapTo(Boolean.class)
                .one();
        if (!mine) {
            return false;
        }
        long start = System.nanoTime();
        readFacts(segment.tenantId());
        if (!segment.definition().ages()) {
            // Of a definition before.
            database.useTransaction(segment.tenantId(), tx -> due.forget(tx, segment));
        }
        List<String> ids = onTheWrongSide(reading, segment, clock.millis());
        for (int done = 0; done < ids.size(); done += CHUNK) {
            List<String> chunk = ids.subList(done, Math.min(ids.size(), done + CHUNK));
            if (!database.inTransaction(segment.tenantId(), tx -> decide(tx, segment, chunk))) {
                return true;
            }
        }
        boolean last = ids.size() < FOUND;
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        database.useTransaction(segment.tenantId(), tx -> {
            if (last) {
                finish(tx, segment, millis);
            } else {
                segments.progress(tx, segment, new Evaluated(0, 0, millis));
            }
        });
        return true;
    }

    /** Copies from before there were facts. */
    private void readFacts(String tenant) {
        boolean more = true;
        while (more) {
            more = database.inTransaction(tenant, tx -> {
                List<ContactCopy> unread = copies.lockUnread(tx, tenant, UNREAD_CHUNK);
                copies.update(tx, tenant, unread);
                return unread.size() == UNREAD_CHUNK;
            });
        }
    }

    private static List<String> onTheWrongSide(Handle reading, Segment segment, long now) {
        reading.execute("SET LOCAL work_mem = '64MB'");
        reading.execute("SET LOCAL jit = off");
        SqlRule sql = new SqlRule(rule(segment), false, now);
        return sql.bind(reading.createQuery(segment.definition().ages() ? wrongOrDue(sql) : wrong(sql))
                        .bind("tenant", segment.tenantId())
                        .bind("segment", segment.id()))
                .mapTo(String.class)
                .list();
    }

    private static String wrong(SqlRule sql) {
        return """
                SELECT coalesce(a.contact_id, m.contact_id) FROM
                  (SELECT c.contact_id FROM segments.contact_copies c %s WHERE c.tenant_id = :tenant AND %s) a
                FULL JOIN
                  (SELECT contact_id FROM segments.members WHERE tenant_id = :tenant AND segment_id = :segment) m
                ON m.contact_id = a.contact_id
                WHERE a.contact_id IS NULL OR m.contact_id IS NULL LIMIT %d""".formatted(sql.joins(), sql.condition(), FOUND);
    }

    /** Also those whose next look is not noted, or noted for another time. */
    private static String wrongOrDue(SqlRule sql) {
        return """
                SELECT coalesce(a.contact_id, m.contact_id, d.contact_id) FROM
                  (SELECT * FROM (SELECT c.contact_id, %s AS belongs, %s AS next
                                  FROM segments.contact_copies c %s WHERE c.tenant_id = :tenant) x
                   WHERE belongs OR next IS NOT NULL) a
                FULL JOIN
                  (SELECT contact_id FROM segments.members WHERE tenant_id = :tenant AND segment_id = :segment) m
                ON m.contact_id = a.contact_id
                FULL JOIN
                  (SELECT contact_id, due_ms FROM segments.due_evaluations
                   WHERE tenant_id = :tenant AND segment_id = :segment) d
                ON d.contact_id = coalesce(a.contact_id, m.contact_id)
                WHERE coalesce(a.belongs, false) <> (m.contact_id IS NOT NULL) OR a.next IS DISTINCT FROM d.due_ms
                LIMIT %d""".formatted(sql.condition(), sql.nextChange(), sql.joins(), FOUND);
    }

    /** False when there is another definition by now. */
    private boolean decide(Handle tx, Segment segment, List<String> contactIds) {
        String tenant = segment.tenantId();
        definitions.lockAlone(tx, tenant);
        Optional<Segment> now = segments.find(tx, tenant, segment.id(), true);
        if (now.isEmpty() || now.get().version() != segment.version()) {
            return false;
        }
        SqlRule sql = new SqlRule(rule(segment), true, clock.millis());
        Set<String> before = members.in(tx, tenant, segment.id(), contactIds);
        List<Change> made = new ArrayList<>();
        Map<Membership, Long> next = new HashMap<>();
        EventContext context = context(segment);
        sql.bind(tx.createQuery("SELECT c.contact_id, %s, %s FROM segments.contact_copies c %s"
                                        .formatted(sql.condition(), sql.nextChange(), sql.joins())
                                + " WHERE c.tenant_id = :tenant AND c.contact_id = ANY(:ids)")
                        .bind("tenant", tenant)
                        .bindArray("ids", String.class, contactIds.toArray()))
                .map((row, unused) -> {
                    String contact = row.getString(1);
                    boolean belongs = row.getBoolean(2);
                    long change = row.getLong(3);
                    Membership membership = new Membership(segment.id(), contact);
                    if (segment.definition().ages()) {
                        next.put(membership, change == 0 ? Evaluation.NEVER : change);
                    }
                    if (belongs != before.contains(contact)) {
                        made.add(new Change(membership, belongs, context));
                    }
                    return contact;
                })
                .list();
        Counts counts = changes.apply(tx, tenant, made);
        due.set(tx, tenant, next);
        segments.progress(tx, segment, new Evaluated(counts.added(), counts.removed(), 0));
        return true;
    }

    private void finish(Handle tx, Segment segment, long millis) {
        // Counted before anything is written: from then on the relay would wait.
        long memberCount = members.count(tx, segment.tenantId(), segment.id());
        long evaluated = copies.count(tx, segment.tenantId());
        segments.progress(tx, segment, new Evaluated(0, 0, millis));
        segments.finish(tx, segment)
                .ifPresent(done -> log.append(
                        tx,
                        context(segment),
                        new SegmentEvaluated(
                                segment.id().toString(),
                                memberCount,
                                done.added(),
                                done.removed(),
                                segment.version(),
                                evaluated,
                                done.durationMs())));
    }

    private static EventContext context(Segment segment) {
        return EventContext.background(segment.tenantId(), segment.correlationId(), SegmentsModule.NAME);
    }

    private static Rule rule(Segment segment) {
        return Objects.requireNonNull(segment.definition().rule());
    }
}
