package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.backbone.tracing.Tracing;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/**
 * Which trace an event joins. Background work that continues a request knows its correlation id only: its events join the trace
 * that this log has for the id, so that a caller's own trace goes on; without one, the trace that follows from the id.
 */
final class TraceOfEvent {
    /** Work takes many steps for one correlation id; all but the first find it here. */
    private static final long REMEMBERED = 1_000;

    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);

    private final Tracing tracing;
    private final String query;
    private final Cache<Correlation, TraceParent> remembered = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    TraceOfEvent(String schema, Tracing tracing) {
        this.tracing = tracing;
        // Any of them: the rows of an id are mostly of one trace, and may be very many.
        this.query = "SELECT trace_parent FROM " + schema + ".system_events WHERE org_id = :tenant"
                + " AND correlation_id = :correlation AND trace_parent IS NOT NULL LIMIT 1";
    }

    private record Correlation(String tenantId, String id) {}

    TraceParent of(Handle tx, EventContext context) {
        TraceParent named = context.traceParent();
        if (named != null) {
            return named;
        }
        Correlation correlation = new Correlation(context.tenantId(), context.correlationId());
        TraceParent known = remembered.getIfPresent(correlation);
        if (known == null) {
            known = find(tx, correlation);
            remembered.put(correlation, known);
        }
        return known;
    }

    private TraceParent find(Handle tx, Correlation correlation) {
        TraceParent logged = tx.createQuery(query)
                .bind("tenant", correlation.tenantId())
                .bind("correlation", correlation.id())
                .mapTo(String.class)
                .findFirst()
                .map(TraceParent::parse)
                .orElse(null);
        return logged == null ? tracing.ofCorrelation(correlation.id()) : logged;
    }
}
