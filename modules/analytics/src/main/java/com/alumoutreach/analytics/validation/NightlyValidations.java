package com.alumoutreach.analytics.validation;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.module.BackgroundWork;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves the figures of all tenants that anything happened to, each night after ClickHouse was compared with the logs. A tenant is crossed
 * off afterwards, so that a kill costs nothing but to begin with it again.
 */
@Singleton
final class NightlyValidations implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(NightlyValidations.class);

    private final ValidationRepository repository;
    private final Validations validations;
    private final Database database;
    private final Clock clock;

    NightlyValidations(ValidationRepository repository, Validations validations, Database database, Clock clock) {
        this.repository = repository;
        this.validations = validations;
        this.database = database;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "analytics-validations";
    }

    @Override
    public Duration idle() {
        return Duration.ofSeconds(30);
    }

    @Override
    public boolean step() throws IOException, InterruptedException {
        Optional<String> tenant = database.inSystemTransaction(repository::next);
        if (tenant.isEmpty()) {
            return false;
        }
        try {
            if (!validations.validate(tenant.get(), clock.instant()).settled()) {
                // It stays on the list, for a quieter minute.
                return false;
            }
        } catch (ProblemException e) {
            LOG.error("analytics.not_validated tenant={} reason={}", tenant.get(), e.getMessage());
        }
        database.inSystemTransaction(tx -> {
            repository.done(tx, tenant.get());
            return true;
        });
        return true;
    }
}
