package com.alumoutreach.backbone.health;

import com.alumoutreach.backbone.jetstream.DurableDefinition;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.module.BackgroundWork;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The metric {@code consumer_lag}: messages of the stream that a durable has not been given yet. */
@Singleton
class ConsumerLag implements BackgroundWork {
    private final NatsConnection nats;
    private final DurableDefinition.Source definitions;
    private final MeterRegistry metrics;
    private final Map<Tags, AtomicLong> lags = new ConcurrentHashMap<>();

    ConsumerLag(NatsConnection nats, DurableDefinition.Source definitions, MeterRegistry metrics) {
        this.nats = nats;
        this.definitions = definitions;
        this.metrics = metrics;
    }

    @Override
    public String name() {
        return "consumer-lag";
    }

    @Override
    public Duration idle() {
        return Duration.ofSeconds(5);
    }

    @Override
    public boolean step() throws IOException {
        if (!nats.connected()) {
            return false;
        }
        try {
            JetStreamManagement management = nats.require().jetStreamManagement();
            for (DurableDefinition durable : definitions.durables()) {
                long pending = management
                        .getConsumerInfo(durable.stream().streamName(), durable.durable())
                        .getNumPending();
                gauge(durable).set(pending);
            }
        } catch (JetStreamApiException | NatsAwayException e) {
            // Not provisioned yet, or gone in between: the last value stands until the next look.
            return false;
        }
        return false;
    }

    private AtomicLong gauge(DurableDefinition durable) {
        Tags tags = Tags.of(
                "consumer", durable.durable(), "stream", durable.stream().streamName());
        return lags.computeIfAbsent(
                tags, name -> Objects.requireNonNull(metrics.gauge("consumer.lag", name, new AtomicLong())));
    }
}
