package com.alumoutreach.backbone.tracing;

import io.micronaut.context.env.Environment;
import io.micronaut.core.util.StringUtils;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records spans when an exporter is configured ({@code OTEL_EXPORTER_OTLP_ENDPOINT} or {@code OTEL_TRACES_EXPORTER}). Without
 * one it records nothing, the SDK is not even loaded, and contexts flow all the same: they are texts in headers and in the log.
 */
@Singleton
public class Tracing {
    /** A span of a batch names at most so many of the traces that meet in it. */
    static final int MAX_LINKS = 128;

    private final @Nullable TracingSdk sdk;

    Tracing(Environment environment) {
        this.sdk = configured(environment) ? new TracingSdk(environment) : null;
    }

    /** Whether anything is recorded. */
    public boolean on() {
        return sdk != null;
    }

    /**
     * A request's span, or nothing.
     *
     * @param caller the context that it came with; null begins a trace
     */
    public Recording request(String name, @Nullable TraceParent caller, String correlationId) {
        if (sdk == null) {
            return Recording.NONE;
        }
        SpanBuilder span = sdk.tracer().spanBuilder(name).setSpanKind(SpanKind.SERVER);
        if (caller != null) {
            return new Recording(span.setParent(context(caller)).startSpan());
        }
        String traceId = TraceParent.ofCorrelation(correlationId, false).traceId();
        return new Recording(sdk.inTrace(traceId, () -> span.setNoParent().startSpan()));
    }

    /** The context of work that came without one. */
    public TraceParent ofCorrelation(String correlationId) {
        TraceParent unsampled = TraceParent.ofCorrelation(correlationId, false);
        return sdk != null && sdk.samples(unsampled.traceId())
                ? new TraceParent(unsampled.traceId(), unsampled.spanId(), true)
                : unsampled;
    }

    /** The span of one event's handler, current until it is closed; nothing unless its trace is sampled. */
    public Recording handling(String name, @Nullable TraceParent event) {
        if (sdk == null || event == null || !event.sampled()) {
            return Recording.NONE;
        }
        return begin(sdk.tracer(), name, SpanKind.CONSUMER, context(event));
    }

    /** The span of a batch that is handled, as {@link #batch}; current until it is closed. */
    public Recording handlingBatch(String name, Iterable<? extends @Nullable TraceParent> events) {
        return batch(name, SpanKind.CONSUMER, events).current();
    }

    /**
     * The span of a batch that is published, as {@link #batch}.
     *
     * @param events the log's texts, null where an event has none
     */
    public Recording publishingBatch(String name, Iterable<? extends @Nullable TraceParent> events) {
        return batch(name, SpanKind.PRODUCER, events);
    }

    /** The span of a call to another server, within the current one; nothing when none is recorded. */
    public Recording calling(String name) {
        if (sdk == null || !Span.current().getSpanContext().isSampled()) {
            return Recording.NONE;
        }
        return begin(sdk.tracer(), name, SpanKind.CLIENT, Context.current());
    }

    /**
     * One span for many events: a child of the first that is sampled, with links to the others, so that every batch is found
     * from at least one request. Nothing when none is sampled.
     */
    private Recording batch(String name, SpanKind kind, Iterable<? extends @Nullable TraceParent> events) {
        if (sdk == null) {
            return Recording.NONE;
        }
        Iterator<? extends @Nullable TraceParent> all = events.iterator();
        TraceParent first = nextSampled(all);
        if (first == null) {
            return Recording.NONE;
        }
        SpanBuilder span = sdk.tracer().spanBuilder(name).setSpanKind(kind).setParent(context(first));
        TraceParent before = first;
        for (int links = 0; links < MAX_LINKS; links++) {
            TraceParent next = nextSampled(all);
            if (next == null) {
                break;
            }
            if (!next.equals(before)) {
                span.addLink(remote(next));
            }
            before = next;
        }
        return new Recording(span.startSpan());
    }

    private static @Nullable TraceParent nextSampled(Iterator<? extends @Nullable TraceParent> events) {
        while (events.hasNext()) {
            TraceParent next = events.next();
            if (next != null && next.sampled()) {
                return next;
            }
        }
        return null;
    }

    private static Recording begin(Tracer tracer, String name, SpanKind kind, Context parent) {
        return new Recording(tracer.spanBuilder(name)
                        .setSpanKind(kind)
                        .setParent(parent)
                        .startSpan())
                .current();
    }

    private static Context context(TraceParent parent) {
        return Context.root().with(Span.wrap(remote(parent)));
    }

    private static SpanContext remote(TraceParent parent) {
        TraceFlags flags = parent.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault();
        return SpanContext.createFromRemoteParent(parent.traceId(), parent.spanId(), flags, TraceState.getDefault());
    }

    private static boolean configured(Environment environment) {
        String exporter =
                environment.getProperty("otel.traces.exporter", String.class).orElse("");
        boolean endpoint = environment
                        .getProperty("otel.exporter.otlp.endpoint", String.class)
                        .filter(StringUtils::isNotEmpty)
                        .isPresent()
                || environment
                        .getProperty("otel.exporter.otlp.traces.endpoint", String.class)
                        .filter(StringUtils::isNotEmpty)
                        .isPresent();
        boolean disabled =
                environment.getProperty("otel.sdk.disabled", Boolean.class).orElse(false);
        return !disabled && !Objects.equals(exporter, "none") && (endpoint || !exporter.isEmpty());
    }

    /** What is recorded already goes out, if the receiver takes it quickly. */
    @PreDestroy
    void close() {
        if (sdk != null) {
            sdk.close();
        }
    }
}
