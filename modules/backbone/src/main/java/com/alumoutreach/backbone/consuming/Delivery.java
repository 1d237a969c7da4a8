package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventEnvelope;
import org.jdbi.v3.core.Handle;

/**
 * One arrival of one event, with the transaction in which its effects belong.
 *
 * @param tx the transaction that also marks the event as processed; the delivery is acknowledged after its commit
 * @param module the module that handles it
 * @param attempt from 1
 */
public record Delivery(Handle tx, EventEnvelope envelope, Event event, String module, int attempt) {
    public String tenantId() {
        return envelope.tenantId();
    }

    /** For the events that a handler appends. */
    public EventContext context() {
        return EventContext.causedBy(envelope, module);
    }
}
