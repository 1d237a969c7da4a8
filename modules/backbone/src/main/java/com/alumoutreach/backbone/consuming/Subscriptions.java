package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.deadletter.DeadLetters;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.Provisioning;
import com.alumoutreach.backbone.tracing.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;

/** A subscription for every source of every declared durable consumer. */
@Singleton
public class Subscriptions {
    private final List<DurableSubscription> subscriptions;

    Subscriptions(
            List<DurableConsumer> consumers,
            NatsConnection nats,
            Provisioning provisioning,
            Database database,
            DeadLetters deadLetters,
            MeterRegistry metrics,
            Heartbeat heartbeat,
            Clock clock,
            Tracing tracing) {
        this.subscriptions = consumers.stream()
                .flatMap(consumer -> {
                    DurableSubscription.BatchProcessor processor =
                            processor(consumer, database, deadLetters, metrics, clock, tracing);
                    return consumer.sources().stream()
                            .map(source -> new DurableSubscription(
                                    consumer, source, nats, provisioning, processor, heartbeat));
                })
                .toList();
    }

    private static DurableSubscription.BatchProcessor processor(
            DurableConsumer consumer,
            Database database,
            DeadLetters deadLetters,
            MeterRegistry metrics,
            Clock clock,
            Tracing tracing) {
        RawBatchHandler<?> archive = consumer.rawHandler();
        if (archive != null) {
            return new ArchiveProcessor<>(archive, consumer, database, deadLetters, metrics, clock, tracing)::read;
        }
        DeliveryProcessor processor = new DeliveryProcessor(consumer, database, deadLetters, metrics, clock, tracing);
        return batch -> {
            List<Reading> readings = processor.read(batch);
            return () -> {
                processor.process(readings);
                return true;
            };
        };
    }

    /** The loops to run, by the name of their durable. */
    public List<Loop> loops() {
        return subscriptions.stream()
                .map(s -> new Loop(s.durable(), s::run, s::stop))
                .toList();
    }

    /** @param run returns after {@code stop} */
    public record Loop(String name, Body run, Runnable stop) {
        /** May be interrupted. */
        @FunctionalInterface
        public interface Body {
            void run() throws InterruptedException;
        }
    }
}
