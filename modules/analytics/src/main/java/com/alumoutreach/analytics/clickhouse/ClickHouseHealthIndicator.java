package com.alumoutreach.analytics.clickhouse;

import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Shows in {@code /health} whether ClickHouse answers. Not part of readiness: events wait in the stream while it is away,
 * and everything but the figures works on.
 */
@Singleton
final class ClickHouseHealthIndicator implements HealthIndicator {
    private static final String NAME = "clickhouse";

    private final ClickHouse clickHouse;
    private final ExecutorService blocking;

    ClickHouseHealthIndicator(ClickHouse clickHouse, @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
        this.clickHouse = clickHouse;
        this.blocking = blocking;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Mono.fromSupplier(this::check).subscribeOn(Schedulers.fromExecutorService(blocking));
    }

    private HealthResult check() {
        try {
            clickHouse.query("SELECT 1 AS one", Map.of());
            return HealthResult.builder(NAME, HealthStatus.UP).build();
        } catch (RuntimeException e) {
            String reason = e.getMessage() == null ? "no answer" : e.getMessage();
            return HealthResult.builder(NAME, HealthStatus.DOWN)
                    .details(Map.of("reason", reason))
                    .build();
        }
    }
}
