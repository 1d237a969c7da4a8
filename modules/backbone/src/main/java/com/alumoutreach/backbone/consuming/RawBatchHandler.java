package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.contracts.EventEnvelope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes every event as it is, known or not, outside any Postgres transaction: for an archive in another database. It sees
 * duplicates and must drop them itself. What it throws gives the whole batch back; it never makes a dead letter.
 */
@FunctionalInterface
public interface RawBatchHandler {
    void on(List<ArchivedEvent> batch) throws Exception;

    /**
     * @param streamPosition place on ALUM_EVENTS, from 1; 0 for an event that was given to this durable alone
     * @param attempt from 1; above 1 the event may be archived already
     * @param traceParent the trace that it belongs to, if it names one
     */
    record ArchivedEvent(
            EventEnvelope envelope,
            long streamPosition,
            long attempt,
            @Nullable TraceParent traceParent) {}
}
