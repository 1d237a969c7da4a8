package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.tracing.Recording;
import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.backbone.tracing.Tracing;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The spans of one durable's handlers, with the names and attributes of OpenTelemetry's messaging conventions. */
final class HandlerSpans {
    private final DurableConsumer consumer;
    private final Tracing tracing;

    HandlerSpans(DurableConsumer consumer, Tracing tracing) {
        this.consumer = consumer;
        this.tracing = tracing;
    }

    /** For one event that is handled by itself. */
    Recording of(Delivery delivery) {
        Recording recording = tracing.handling("process " + delivery.envelope().type(), delivery.traceParent());
        return recording.isNothing()
                ? recording
                : described(recording)
                        .with("messaging.destination.name", delivery.envelope().type())
                        .with("messaging.message.id", delivery.envelope().id().toString())
                        .with(
                                "messaging.message.conversation_id",
                                delivery.envelope().correlationId())
                        .with("alum.tenant", delivery.tenantId())
                        .with("alum.attempt", delivery.attempt());
    }

    /** For events that are handled together. */
    <T> Recording ofBatch(List<T> batch, Function<T, @Nullable TraceParent> traceParent) {
        Recording recording = tracing.handlingBatch(
                "process " + consumer.durable(),
                () -> batch.stream().map(traceParent).iterator());
        return recording.isNothing()
                ? recording
                : described(recording)
                        .with("messaging.destination.name", consumer.stream().streamName())
                        .with("messaging.batch.message_count", batch.size());
    }

    private Recording described(Recording recording) {
        return recording
                .with("messaging.system", "nats")
                .with("messaging.operation.type", "process")
                .with("messaging.operation.name", "process")
                .with("messaging.consumer.group.name", consumer.durable())
                .with("alum.module", consumer.module());
    }
}
