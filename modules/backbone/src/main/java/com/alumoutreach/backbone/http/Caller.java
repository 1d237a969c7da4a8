package com.alumoutreach.backbone.http;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import java.security.Principal;

/**
 * Who makes this request, taken from the signed token; a controller method that names it as a parameter is tenant-scoped.
 *
 * @param correlationId from {@code X-Correlation-Id}, or made for this request
 * @param traceParent of this request: the caller's trace, or a new one
 * @param request its method and path, at most 200 characters
 */
public record Caller(
        String tenantId, String userId, Role role, String correlationId, TraceParent traceParent, String request)
        implements Principal {
    /** The tenant of the people who run the platform: its admins see dead letters of every tenant. */
    public static final String PLATFORM_TENANT = "platform";

    @Override
    public String getName() {
        return userId;
    }

    public EventContext context() {
        return new EventContext(tenantId, correlationId, null, new Actor(userId, ActorType.USER), request, traceParent);
    }

    public boolean ofPlatform() {
        return PLATFORM_TENANT.equals(tenantId);
    }
}
