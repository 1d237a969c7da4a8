package com.alumoutreach.backbone.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/** A span under way, or nothing where nothing is recorded. Closing it ends it; by the thread that began it, if it is current. */
public final class Recording implements AutoCloseable {
    static final Recording NONE = new Recording(null);

    private final @Nullable Span span;
    private @Nullable Scope scope;

    Recording(@Nullable Span span) {
        this.span = span;
    }

    /** Spans that this thread begins from now on are its children, until it is closed. */
    @SuppressWarnings("MustBeClosedChecker") // close() closes it
    Recording current() {
        if (span != null) {
            scope = span.makeCurrent();
        }
        return this;
    }

    public boolean isNothing() {
        return span == null;
    }

    public Recording name(String name) {
        if (span != null) {
            span.updateName(name);
        }
        return this;
    }

    public Recording with(String attribute, String value) {
        if (span != null) {
            span.setAttribute(attribute, value);
        }
        return this;
    }

    public Recording with(String attribute, long value) {
        if (span != null) {
            span.setAttribute(attribute, value);
        }
        return this;
    }

    /** Does the work; what it throws is the span's failure. */
    public <T, E extends Exception> T watch(Work<T, E> work) throws E {
        try {
            return work.run();
        } catch (Exception e) {
            failed(e.getClass().getName());
            throw e;
        }
    }

    /** What a span watches. */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws E;
    }

    /** @param type of the error, for example an exception's class */
    public Recording failed(String type) {
        if (span != null) {
            span.setStatus(StatusCode.ERROR);
            span.setAttribute("error.type", type);
        }
        return this;
    }

    /**
     * Where a trace goes on from here.
     *
     * @param otherwise the answer where nothing is recorded, and for a trace that this span is no part of: one of many that
     *     meet in a batch
     */
    public @Nullable TraceParent within(@Nullable TraceParent otherwise) {
        if (span == null) {
            return otherwise;
        }
        SpanContext context = span.getSpanContext();
        if (otherwise != null && !otherwise.traceId().equals(context.getTraceId())) {
            return otherwise;
        }
        return new TraceParent(context.getTraceId(), context.getSpanId(), context.isSampled());
    }

    @Override
    public void close() {
        if (scope != null) {
            scope.close();
        }
        if (span != null) {
            span.end();
        }
    }
}
