package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.eventlog.RelaySignal;
import com.alumoutreach.contracts.EventCatalog;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.segment.SegmentMemberAdded;
import com.alumoutreach.contracts.segment.SegmentMemberRemoved;
import com.alumoutreach.segments.SegmentsModule;
import com.alumoutreach.segments.membership.MemberRepository.Membership;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Writes who came and who went, each change with its event, many in one statement: what the events carry of the contacts is put
 * together by Postgres, where it is. A change that is none writes no event.
 */
@Singleton
class MemberChanges {
    /** Of a statement; keeps it in a few megabytes. */
    private static final int CHUNK = 5_000;

    /**
     * {@code EventLog} checks events against their schemas; these are made of columns of the right types only.
     *
     * <p>Each row is looked up by its key: of a table that was not analysed yet Postgres believes that row-level security and the
     * tenant leave next to nothing of it, and read all of the tenant's rows for each batch.
     */
    private static final String APPLY = """
            WITH change AS (
              SELECT * FROM unnest(:segments::uuid[], :contacts::text[], :belongs::text[], :ids::uuid[], :correlations::text[],
                                   :causes::text[], :actors::text[], :traces::text[])
              AS u(segment_id, contact_id, belongs, event_id, correlation_id, causation_id, actor_id, trace_parent)),
            added AS (
              INSERT INTO segments.members (tenant_id, segment_id, contact_id, since)
              SELECT :tenant, segment_id, contact_id, :now FROM change WHERE belongs::boolean ORDER BY segment_id, contact_id
              ON CONFLICT DO NOTHING RETURNING segment_id, contact_id),
            removed AS (
              DELETE FROM segments.members m WHERE m.tenant_id = :tenant AND m.ctid = ANY(ARRAY(
                SELECT k.row FROM change x CROSS JOIN LATERAL (
                  SELECT m.ctid AS row FROM segments.members m
                  WHERE m.tenant_id = :tenant AND m.segment_id = x.segment_id AND m.contact_id = x.contact_id LIMIT 1) AS k
                WHERE NOT x.belongs::boolean))
              RETURNING m.segment_id, m.contact_id),
            changed AS (SELECT *, true AS came FROM added UNION ALL SELECT *, false FROM removed),
            logged AS (
              INSERT INTO segments.system_events (id, org_id, event_type, occurred_at, actor_id, actor_type,
                primary_entity_id, primary_entity_type, payload, correlation_id, causation_id, source, version,
                trace_parent)
              SELECT x.event_id, :tenant, CASE WHEN came THEN :addedType ELSE :removedType END, :now, x.actor_id, 'system',
                x.segment_id::text, 'segment',
                jsonb_strip_nulls(jsonb_build_object('segmentId', x.segment_id::text, 'contactId', x.contact_id,
                  'email', c.email, 'phone', c.phone, 'firstName', c.first_name, 'lastName', c.last_name,
                  'contactVersion', c.fields_version))
                || jsonb_build_object('attributes', coalesce(c.attributes, '{}'::jsonb)),
                x.correlation_id, x.causation_id::uuid, :source, CASE WHEN came THEN :addedVersion ELSE :removedVersion END,
                x.trace_parent
              FROM changed JOIN change x USING (segment_id, contact_id)
              LEFT JOIN LATERAL (
                SELECT * FROM segments.contact_copies c WHERE c.tenant_id = :tenant AND c.contact_id = x.contact_id LIMIT 1)
                AS c ON true
              ORDER BY x.event_id)
            SELECT count(*) FILTER (WHERE came), count(*) FILTER (WHERE NOT came) FROM changed""";

    private static final String ADDED =
            EventCatalog.of(SegmentMemberAdded.class).subject();
    private static final String ADDED_VERSION =
            EventCatalog.of(SegmentMemberAdded.class).version();
    private static final String REMOVED =
            EventCatalog.of(SegmentMemberRemoved.class).subject();
    private static final String REMOVED_VERSION =
            EventCatalog.of(SegmentMemberRemoved.class).version();

    private final RelaySignal signal;
    private final EventLog log;
    private final Clock clock;

    MemberChanges(RelaySignal signal, @Named(SegmentsModule.NAME) EventLog log, Clock clock) {
        this.log = log;
        this.signal = signal;
        this.clock = clock;
    }

    /** Each pair of segment and contact at most once in a list. */
    record Change(Membership membership, boolean belongs, EventContext why) {}

    record Counts(long added, long removed) {
        Counts plus(Counts more) {
            return new Counts(added + more.added, removed + more.removed);
        }
    }

    /**
     * Makes the changes that are some.
     *
     * @param changes of one tenant; the caller holds the tenant's lock and the contacts, or all of the tenant
     */
    Counts apply(Handle tx, String tenant, List<Change> changes) {
        Counts counts = new Counts(0, 0);
        for (int done = 0; done < changes.size(); done += CHUNK) {
            counts = counts.plus(applyChunk(tx, tenant, changes.subList(done, Math.min(changes.size(), done + CHUNK))));
        }
        if (counts.added() + counts.removed() > 0) {
            tx.afterCommit(() -> signal.wake(SegmentsModule.NAME));
        }
        return counts;
    }

    private Counts applyChunk(Handle tx, String tenant, List<Change> changes) {
        var statement = tx.createQuery(APPLY)
                .bindArray(
                        "segments",
                        UUID.class,
                        changes.stream().map(c -> c.membership().segmentId()).toArray())
                .bindArray(
                        "ids",
                        UUID.class,
                        changes.stream().map(c -> EventIds.next()).toArray());
        texts(statement, "contacts", changes, c -> c.membership().contactId());
        texts(statement, "belongs", changes, c -> Boolean.toString(c.belongs()));
        texts(statement, "correlations", changes, c -> c.why().correlationId());
        texts(
                statement,
                "causes",
                changes,
                c -> c.why().causationId() == null
                        ? null
                        : c.why().causationId().toString());
        texts(statement, "actors", changes, c -> c.why().actor().id());
        texts(statement, "traces", changes, c -> log.traceParent(tx, c.why()));
        return statement
                .bind("tenant", tenant)
                .bind("now", clock.instant().atOffset(ZoneOffset.UTC))
                .bind("addedType", ADDED)
                .bind("addedVersion", ADDED_VERSION)
                .bind("removedType", REMOVED)
                .bind("removedVersion", REMOVED_VERSION)
                .bind("source", SegmentsModule.NAME + "-service")
                .map((row, context) -> new Counts(row.getLong(1), row.getLong(2)))
                .one();
    }

    private static void texts(
            org.jdbi.v3.core.statement.Query statement,
            String name,
            List<Change> changes,
            Function<Change, @org.jspecify.annotations.Nullable String> column) {
        statement.bindArray(name, String.class, changes.stream().map(column).toArray());
    }
}
