package com.alumoutreach.backbone.health;

import com.alumoutreach.backbone.jetstream.NatsConnection;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.inject.Singleton;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** DOWN in {@code /health} while NATS is away. Not part of readiness: requests are served, their events wait in the log. */
@Singleton
class NatsHealth implements HealthIndicator {
    private final NatsConnection nats;

    NatsHealth(NatsConnection nats) {
        this.nats = nats;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Mono.fromSupplier(() -> nats.connected()
                ? HealthResult.builder("nats", HealthStatus.UP).build()
                : HealthResult.builder("nats", HealthStatus.DOWN)
                        .details(Map.of("reason", nats.reason()))
                        .build());
    }
}
