package com.alumoutreach.backbone.consuming;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The counters of one durable, named as operators' alert rules expect them. */
final class DeliveryMetrics {
    /** Few, because each is a time series for each durable and instance. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };

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
        this.duration = Timer.builder("event.processing.duration")
                .tag("consumer", durable)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
