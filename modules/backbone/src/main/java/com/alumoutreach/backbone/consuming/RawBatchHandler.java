package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.contracts.EventEnvelope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes every event as it is, known or not, outside any Postgres transaction: for an archive in another database. It sees
 * duplicates and must drop them itself. What {@link #store} throws gives the whole batch back; it never makes a dead letter.
 *
 * @param <R> what is kept of an event from its reading to its storing; the event itself is let go in between
 */
public interface RawBatchHandler<R> {
    /** What {@link #store} needs of the event. Without any effect: it runs while the batch before is stored. */
    R read(ArchivedEvent event);

    /** @param batch as {@link #read} made them, in the order of their delivery */
    void store(List<R> batch) throws Exception;

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
