package com.alumoutreach.backbone.consuming;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** The counters of one durable, named as operators' alert rules expect them. */
final class DeliveryMetrics {
    final Counter consumed;
    final Counter acked;
    final Counter nacked;
    final Counter deadLettered;
    final Counter refused;
    final Timer duration;

    DeliveryMetrics(MeterRegistry registry, String durable) {
        this.consumed = registry.counter("events.consumed", "consumer", durable);
        this.acked = registry.counter("events.acked", "consumer", durable);
        this.nacked = registry.counter("events.nacked", "consumer", durable);
        this.deadLettered = registry.counter("events.dlq", "consumer", durable);
        this.refused = registry.counter("events.backfill.refused", "consumer", durable);
        this.duration = registry.timer("event.processing.duration", "consumer", durable);
    }
}
