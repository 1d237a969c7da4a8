package com.alumoutreach.analytics.reconciliation;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.backbone.monitoring.GaugeFamily;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the last comparison of all tenants found: {@code reconciliation_missing_events} (before they were given again), {@code
 * reconciliation_remaining_events} (afterwards) and {@code reconciliation_surplus_events}; and {@code reconciliation_age_seconds}, how
 * long ago everything was the same. Every instance shows the same. Before the first comparison there are none.
 */
@Singleton
final class ReconciliationFigures implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(ReconciliationFigures.class);

    private final Database database;
    private final ReconciliationRepository reconciliations;
    private final Clock clock;
    private final GaugeFamily missing;
    private final GaugeFamily remaining;
    private final GaugeFamily surplus;
    private final GaugeFamily age;

    ReconciliationFigures(
            Database database, ReconciliationRepository reconciliations, Clock clock, MeterRegistry metrics) {
        this.database = database;
        this.reconciliations = reconciliations;
        this.clock = clock;
        this.missing = new GaugeFamily(metrics, "reconciliation.missing.events");
        this.remaining = new GaugeFamily(metrics, "reconciliation.remaining.events");
        this.surplus = new GaugeFamily(metrics, "reconciliation.surplus.events");
        this.age = new GaugeFamily(metrics, "reconciliation.age.seconds");
    }

    @Override
    public String name() {
        return "analytics-reconciliation-figures";
    }

    @Override
    public Duration idle() {
        return Duration.ofSeconds(15);
    }

    @Override
    public boolean step() {
        Map<Tags, Number> lost = new HashMap<>();
        Map<Tags, Number> left = new HashMap<>();
        Map<Tags, Number> more = new HashMap<>();
        Map<Tags, Number> since = new HashMap<>();
        try {
            database.inSystemTransaction(tx -> {
                reconciliations.lastOutcome(tx).ifPresent(outcome -> {
                    lost.put(Tags.empty(), outcome.missing());
                    left.put(Tags.empty(), outcome.remaining());
                    more.put(Tags.empty(), outcome.surplus());
                });
                reconciliations
                        .lastAgreement(tx)
                        .ifPresent(at -> since.put(
                                Tags.empty(),
                                Duration.between(at, clock.instant()).toMillis() / 1_000.0));
                return true;
            });
        } catch (JdbiException e) {
            LOG.debug("analytics.reconciliation_unknown reason={}", e.getMessage());
        }
        missing.show(lost);
        remaining.show(left);
        surplus.show(more);
        age.show(since);
        return false;
    }
}
