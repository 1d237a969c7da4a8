package com.alumoutreach.backbone.health;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.database.SchemaMigrations;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Ready only with a reachable, migrated database: without it no request can be kept. */
@Singleton
@Readiness
class PostgresHealth implements HealthIndicator {
    private final Database database;
    private final SchemaMigrations migrations;

    PostgresHealth(Database database, SchemaMigrations migrations) {
        this.database = database;
        this.migrations = migrations;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Mono.fromSupplier(this::check).subscribeOn(Schedulers.boundedElastic());
    }

    private HealthResult check() {
        try {
            database.inSystemTransaction(
                    tx -> tx.createQuery("SELECT 1").mapTo(Integer.class).one());
        } catch (JdbiException e) {
            return down("cannot reach Postgres: " + e.getMessage());
        }
        return migrations.done()
                ? HealthResult.builder("postgres", HealthStatus.UP).build()
                : down("the schemas are not migrated yet");
    }

    private static HealthResult down(String reason) {
        return HealthResult.builder("postgres", HealthStatus.DOWN)
                .details(Map.of("reason", reason))
                .build();
    }
}
