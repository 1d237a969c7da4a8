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
import com.alumoutreach.contracts.segment.SegmentEvaluated;
import com.alumoutreach.contracts.segment.SegmentUpdated;
import com.alumoutreach.segments.SegmentsModule;
import com.alumoutreach.segments.segment.Segment.Definition;
import io.micronaut.context.BeanProvider;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Defines segments; the members of dynamic ones follow in the background. */
@Singleton
public class SegmentService {
    /** The work that evaluates definitions. */
    static final String EVALUATION = "segment-evaluation";

    private final Database database;
    private final SegmentRepository segments;
    private final Definitions definitions;
    private final EventLog log;
    private final BeanProvider<BackgroundWorks> works;

    SegmentService(
            Database database,
            SegmentRepository segments,
            Definitions definitions,
            @Named(SegmentsModule.NAME) EventLog log,
            BeanProvider<BackgroundWorks> works) {
        this.database = database;
        this.segments = segments;
        this.definitions = definitions;
        this.log = log;
        this.works = works;
    }

    Segment create(Handle tx, Caller caller, String name, Definition definition) {
        UUID id = EventIds.next();
        boolean dynamic = definition.rule() != null;
        Segment segment =
                new Segment(id, caller.tenantId(), name, definition, 1, dynamic ? "" : null, caller.correlationId());
        definitions.change(tx, caller.tenantId());
        segments.insert(tx, segment);
        log.append(
                tx,
                caller.context(),
                new SegmentCreated(id.toString(), name, SegmentRepository.map(definition), segment.version()));
        if (dynamic) {
            tx.afterCommit(() -> works.get().wake(EVALUATION));
        } else {
            // Whoever waits until a segment can be relied on need not wait for this one.
            log.append(
                    tx, caller.context(), new SegmentEvaluated(id.toString(), 0L, 0L, 0L, segment.version(), 0L, 0L));
        }
        return segment;
    }

    /** @throws ProblemException INVALID_RULE when a static segment were to become dynamic, or the other way round */
    Segment update(Caller caller, UUID id, IfMatch expected, String name, Definition definition) {
        Segment updated = database.inTransaction(caller.tenantId(), tx -> {
            definitions.change(tx, caller.tenantId());
            Segment before = locked(tx, caller, id, expected);
            if (before.dynamic() != (definition.rule() != null)) {
                throw ProblemException.badRequest(
                        "INVALID_RULE",
                        before.dynamic()
                                ? "/rule: A dynamic segment needs a rule"
                                : "/rule: A static segment has no rule; its members are listed");
            }
            Segment after = new Segment(
                    id,
                    caller.tenantId(),
                    name,
                    definition,
                    before.version() + 1,
                    before.dynamic() ? "" : null,
                    caller.correlationId());
            segments.update(tx, after);
            log.append(
                    tx,
                    caller.context(),
                    new SegmentUpdated(id.toString(), name, SegmentRepository.map(definition), after.version()));
            return after;
        });
        works.get().wake(EVALUATION);
        return updated;
    }

    /** @throws ProblemException SEGMENT_NOT_FOUND */
    public Segment get(Caller caller, UUID id) {
        return database.inTransaction(caller.tenantId(), tx -> segments.find(tx, caller.tenantId(), id, false))
                .orElseThrow(() -> unknown(id));
    }

    List<Segment> list(Caller caller, UUID after, int limit) {
        return database.inTransaction(caller.tenantId(), tx -> segments.list(tx, caller.tenantId(), after, limit));
    }

    void delete(Caller caller, UUID id, IfMatch expected) {
        database.useTransaction(caller.tenantId(), tx -> {
            definitions.change(tx, caller.tenantId());
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

    static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("segment", id);
        }
    }

    /** @throws ProblemException SEGMENT_NOT_FOUND */
    public Segment get(Caller caller, String id) {
        return get(caller, uuid(id));
    }

    private static ProblemException unknown(UUID id) {
        return ProblemException.notFound("segment", id.toString());
    }
}
