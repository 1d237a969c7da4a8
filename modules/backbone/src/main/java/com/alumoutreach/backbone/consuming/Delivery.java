package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.tracing.Recording;
import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventEnvelope;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One arrival of one event, with the transaction in which its effects belong.
 *
 * @param tx the transaction that also marks the event as processed; the delivery is acknowledged after its commit
 * @param module the module that handles it
 * @param attempt from 1
 * @param traceParent where the event's trace goes on; null when it has none
 */
public record Delivery(
        Handle tx,
        EventEnvelope envelope,
        Event event,
        String module,
        int attempt,
        @Nullable TraceParent traceParent) {
    public String tenantId() {
        return envelope.tenantId();
    }

    /** For the events that a handler appends. */
    public EventContext context() {
        return EventContext.causedBy(envelope, traceParent, module);
    }

    /** The same under a span. */
    Delivery within(Recording recording) {
        return recording.isNothing()
                ? this
                : new Delivery(tx, envelope, event, module, attempt, recording.within(traceParent));
    }
}
