package com.alumoutreach.backbone.tracing;

import io.micronaut.context.env.Environment;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** OpenTelemetry's SDK, configured by its own variables of the environment. Apart, so that it is loaded only where it is used. */
final class TracingSdk {
    /** Longer would hold up a service that stops while the receiver is away. */
    private static final long LAST_EXPORT_SECONDS = 2;

    /** Those that a test, or a file of the service's configuration, may also set. */
    private static final List<String> ALSO_FROM_CONFIGURATION = List.of(
            "otel.traces.exporter",
            "otel.exporter.otlp.endpoint",
            "otel.exporter.otlp.traces.endpoint",
            "otel.exporter.otlp.protocol",
            "otel.traces.sampler",
            "otel.traces.sampler.arg",
            "otel.bsp.schedule.delay",
            "otel.service.name");

    private static final ScopedValue<String> TRACE = ScopedValue.newInstance();

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;

    TracingSdk(Environment environment) {
        if (!SLF4JBridgeHandler.isInstalled()) {
            // The SDK writes to java.util.logging; its lines are to be like all others.
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
        this.sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> defaults(environment))
                .addTracerProviderCustomizer((provider, config) -> provider.setIdGenerator(new Ids()))
                // The application context closes it.
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk();
        this.tracer = sdk.getTracer("com.alumoutreach");
    }

    Tracer tracer() {
        return tracer;
    }

    /** A trace that begins meanwhile has this id. */
    <T> T inTrace(String traceId, Supplier<T> begin) {
        return ScopedValue.where(TRACE, traceId).call(begin::get);
    }

    /** Whether the sampler takes a trace that begins here. */
    boolean samples(String traceId) {
        return sdk.getSdkTracerProvider()
                .getSampler()
                .shouldSample(Context.root(), traceId, "background", SpanKind.INTERNAL, Attributes.empty(), List.of())
                .getDecision()
                .equals(SamplingDecision.RECORD_AND_SAMPLE);
    }

    void close() {
        sdk.shutdown().join(LAST_EXPORT_SECONDS, TimeUnit.SECONDS);
    }

    /** Traces only: figures are Prometheus', and logs are lines. */
    private static Map<String, String> defaults(Environment environment) {
        Map<String, String> defaults = new HashMap<>(Map.of(
                "otel.metrics.exporter", "none",
                "otel.logs.exporter", "none",
                "otel.exporter.otlp.protocol", "http/protobuf"));
        environment
                .getProperty("micronaut.application.name", String.class)
                .ifPresent(name -> defaults.put("otel.service.name", name));
        ALSO_FROM_CONFIGURATION.forEach(
                name -> environment.getProperty(name, String.class).ifPresent(value -> defaults.put(name, value)));
        return defaults;
    }

    private static final class Ids implements IdGenerator {
        private final IdGenerator random = IdGenerator.random();

        @Override
        public String generateTraceId() {
            return TRACE.isBound() ? TRACE.get() : random.generateTraceId();
        }

        @Override
        public String generateSpanId() {
            return random.generateSpanId();
        }
    }
}
