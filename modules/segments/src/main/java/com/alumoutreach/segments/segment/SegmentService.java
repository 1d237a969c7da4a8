package com.alumoutreach.segments.segment;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.segment.SegmentCreated;
import com.alumoutreach.contracts.segment.SegmentDeleted;
import com.alumoutreach.contracts.segment.SegmentUpdated;
import com.alumoutreach.segments.SegmentsModule;
import io.micronaut.context.BeanProvider;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Defines segments; their members follow in the background. */
@Singleton
class SegmentService {
    /** The work that evaluates definitions. */
    static final String EVALUATION = "segment-evaluation";

    private final Database database;
    private final SegmentRepository segments;
    private final EventLog log;
    private final BeanProvider<BackgroundWorks> works;

    SegmentService(
            Database database,
            SegmentRepository segments,
            @Named(SegmentsModule.NAME) EventLog log,
            BeanProvider<BackgroundWorks> works) {
        this.database = database;
        this.segments = segments;
        this.log = log;
        this.works = works;
    }

    Segment create(Handle tx, Caller caller, String name, Rule.Definition definition) {
        definition.check();
        Segment segment =
                new Segment(EventIds.next(), caller.tenantId(), name, definition, 1, "", caller.correlationId());
        segments.insert(tx, segment);
        log.append(
                tx, caller.context(), new SegmentCreated(segment.id().toString(), name, segment.definitionAsMap(), 1L));
        tx.afterCommit(() -> works.get().wake(EVALUATION));
        return segment;
    }

    Segment update(Caller caller, UUID id, IfMatch expected, String name, Rule.Definition definition) {
        definition.check();
        Segment updated = database.inTransaction(caller.tenantId(), tx -> {
            Segment before = locked(tx, caller, id, expected);
            Segment after = new Segment(
                    id, caller.tenantId(), name, definition, before.version() + 1, "", caller.correlationId());
            segments.update(tx, after);
            log.append(
                    tx,
                    caller.context(),
                    new SegmentUpdated(id.toString(), name, after.definitionAsMap(), after.version()));
            return after;
        });
        works.get().wake(EVALUATION);
        return updated;
    }

    Segment get(Caller caller, UUID id) {
        return database.inTransaction(caller.tenantId(), tx -> segments.find(tx, caller.tenantId(), id, false))
                .orElseThrow(() -> unknown(id));
    }

    List<Segment> list(Caller caller, UUID after, int limit) {
        return database.inTransaction(caller.tenantId(), tx -> segments.list(tx, caller.tenantId(), after, limit));
    }

    void delete(Caller caller, UUID id, IfMatch expected) {
        database.useTransaction(caller.tenantId(), tx -> {
            locked(tx, caller, id, expected);
            segments.delete(tx, caller.tenantId(), id);
            log.append(tx, caller.context(), new SegmentDeleted(id.toString()));
        });
    }

    private Segment locked(Handle tx, Caller caller, UUID id, IfMatch expected) {
        Segment segment = segments.find(tx, caller.tenantId(), id, true).orElseThrow(() -> unknown(id));
        expected.check(segment.version());
        return segment;
    }

    private static ProblemException unknown(UUID id) {
        return ProblemException.notFound("segment", id.toString());
    }
}
