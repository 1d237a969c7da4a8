package com.alumoutreach.analytics.validation;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.backbone.monitoring.GaugeFamily;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code validation_disagreeing_tenants}: whose figures were not what a replay gave, at their latest proof. */
@Singleton
final class ValidationFigures implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(ValidationFigures.class);

    private final Database database;
    private final ValidationRepository repository;
    private final GaugeFamily disagreeing;

    ValidationFigures(Database database, ValidationRepository repository, MeterRegistry metrics) {
        this.database = database;
        this.repository = repository;
        this.disagreeing = new GaugeFamily(metrics, "validation.disagreeing.tenants");
    }

    @Override
    public String name() {
        return "analytics-validation-figures";
    }

    @Override
    public Duration idle() {
        return Duration.ofSeconds(15);
    }

    @Override
    public boolean step() {
        try {
            disagreeing.show(Map.of(Tags.empty(), database.inSystemTransaction(repository::disagreeing)));
        } catch (JdbiException e) {
            LOG.debug("analytics.validations_unknown reason={}", e.getMessage());
            disagreeing.show(Map.of());
        }
        return false;
    }
}
