package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import com.alumoutreach.contracts.EventEnvelope;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why an event happens: for whom, in which request, because of which other event, and who did it.
 *
 * @param correlationId at most 128 characters; the same for everything that one request sets off
 * @param causationId the event that was being handled, or null when a request or a timer came first
 * @param traceParent where the trace goes on; null in background work, whose events join the trace of their correlation id
 * @param origin the request that came first, for example {@code POST /api/contacts}; null when none did
 */
public record EventContext(
        String tenantId,
        String correlationId,
        @Nullable UUID causationId,
        Actor actor,
        @Nullable String origin,
        @Nullable TraceParent traceParent) {

    public EventContext(String tenantId, String correlationId, @Nullable UUID causationId, Actor actor) {
        this(tenantId, correlationId, causationId, actor, null, null);
    }

    /**
     * The context of what a handler does because of {@code cause}: same tenant, correlation and trace, the module as actor.
     *
     * @param traceParent where the cause's trace goes on; null when it had none
     */
    public static EventContext causedBy(EventEnvelope cause, @Nullable TraceParent traceParent, String module) {
        return new EventContext(
                cause.tenantId(),
                cause.correlationId(),
                cause.id(),
                new Actor(module, ActorType.SYSTEM),
                null,
                traceParent);
    }

    /** The same for another tenant: what the platform's people do to it. */
    public EventContext ofTenant(String other) {
        return new EventContext(other, correlationId, causationId, actor, origin, traceParent);
    }

    /** The context of background work that continues an earlier request. */
    public static EventContext background(String tenantId, String correlationId, String module) {
        return new EventContext(tenantId, correlationId, null, new Actor(module, ActorType.SYSTEM));
    }
}
