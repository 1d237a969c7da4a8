package com.alumoutreach.backbone.http;

import com.alumoutreach.backbone.tracing.Recording;
import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.backbone.tracing.Tracing;
import io.micronaut.context.propagation.slf4j.MdcPropagationContext;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.propagation.MutablePropagatedContext;
import io.micronaut.http.BasicHttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.security.authentication.Authentication;
import java.util.Map;

/**
 * Gives every request of the API a trace: that of its {@code traceparent}, or a new one where there is none or one that is
 * malformed (W3C Trace Context). Names it in the log lines of the request, and records its span.
 */
@ServerFilter("/api/**")
class TraceFilter implements Ordered {
    private static final String ATTRIBUTE = "alum.trace";
    private static final int SERVER_ERROR = 500;

    private final Tracing tracing;

    TraceFilter(Tracing tracing) {
        this.tracing = tracing;
    }

    private record Trace(Recording recording, TraceParent parent) {}

    @RequestFilter
    void begin(HttpRequest<?> request, MutablePropagatedContext context) {
        String correlationId = CorrelationFilter.idOf(request);
        TraceParent caller = TraceParent.parse(request.getHeaders().get(TraceParent.HEADER));
        Recording recording = tracing.request(request.getMethodName(), caller, correlationId)
                .with("http.request.method", request.getMethodName())
                .with("url.path", request.getPath())
                .with("alum.correlation_id", correlationId);
        TraceParent parent = recording.within(caller);
        if (parent == null) {
            parent = tracing.ofCorrelation(correlationId);
        }
        request.setAttribute(ATTRIBUTE, new Trace(recording, parent));
        context.add(new MdcPropagationContext(Map.of("correlationId", correlationId, "trace_id", parent.traceId())));
    }

    @ResponseFilter
    void end(HttpRequest<?> request, HttpResponse<?> response) {
        request.getAttribute(ATTRIBUTE, Trace.class).map(Trace::recording).ifPresent(recording -> {
            if (!recording.isNothing()) {
                end(recording, request, response.code());
            }
        });
    }

    private static void end(Recording recording, HttpRequest<?> request, int status) {
        try (recording) {
            recording.with("http.response.status_code", status);
            BasicHttpAttributes.getUriTemplate(request)
                    .ifPresent(
                            route -> recording.with("http.route", route).name(request.getMethodName() + " " + route));
            request.getUserPrincipal(Authentication.class)
                    .map(caller -> caller.getAttributes().get("tenant"))
                    .ifPresent(tenant -> recording.with("alum.tenant", tenant.toString()));
            if (status >= SERVER_ERROR) {
                recording.failed(Integer.toString(status));
            }
        }
    }

    /** Where a request's trace goes on. */
    static TraceParent of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, Trace.class)
                .map(Trace::parent)
                .orElseGet(() -> TraceParent.ofCorrelation(CorrelationFilter.idOf(request), false));
    }

    /** After the correlation id, before everything else. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 1;
    }
}
