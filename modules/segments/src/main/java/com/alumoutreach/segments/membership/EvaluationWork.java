package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.contracts.segment.SegmentEvaluated;
import com.alumoutreach.segments.SegmentsModule;
import com.alumoutreach.segments.segment.Segment;
import com.alumoutreach.segments.segment.SegmentRepository;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Evaluates a new definition over all contacts of its tenant, a chunk a transaction, and goes on where a kill left it. */
@Singleton
class EvaluationWork implements BackgroundWork {
    /** Few enough that events of these contacts wait only a moment for the lock. */
    private static final int CHUNK = 500;

    private final Database database;
    private final SegmentRepository segments;
    private final ContactCopies copies;
    private final Memberships memberships;
    private final MemberRepository members;
    private final EventLog log;

    EvaluationWork(
            Database database,
            SegmentRepository segments,
            ContactCopies copies,
            Memberships memberships,
            MemberRepository members,
            @Named(SegmentsModule.NAME) EventLog log) {
        this.database = database;
        this.segments = segments;
        this.copies = copies;
        this.memberships = memberships;
        this.members = members;
        this.log = log;
    }

    @Override
    public String name() {
        return "segment-evaluation";
    }

    @Override
    public boolean step() {
        return database.inSystemTransaction(tx -> {
            Optional<Segment> claimed = segments.claimUnevaluated(tx);
            claimed.ifPresent(segment -> evaluateChunk(tx, segment));
            return claimed.isPresent();
        });
    }

    private void evaluateChunk(Handle tx, Segment segment) {
        EventContext context =
                EventContext.background(segment.tenantId(), segment.correlationId(), SegmentsModule.NAME);
        String after = String.valueOf(segment.evaluatingAfter());
        List<ContactCopy> chunk = copies.lockAfter(tx, segment.tenantId(), after, CHUNK);
        memberships.decide(tx, segment.tenantId(), List.of(segment), chunk, contact -> context);
        if (chunk.size() == CHUNK) {
            segments.evaluated(tx, segment, chunk.getLast().contactId());
            return;
        }
        segments.evaluated(tx, segment, null);
        long count = members.count(tx, segment.tenantId(), segment.id());
        log.append(
                tx,
                context,
                new SegmentEvaluated(segment.id().toString(), count, null, null, segment.version(), null, null));
    }
}
