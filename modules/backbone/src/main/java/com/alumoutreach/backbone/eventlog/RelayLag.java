package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.backbone.monitoring.GaugeFamily;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far each relay is behind its log: {@code relay_lag_seconds}, the age of the oldest row that is not published, and {@code
 * relay_unpublished_events}, at most so many wait (positions of rolled-back transactions count until they are passed). Every
 * instance looks at the log itself, so that a relay which runs nowhere is seen too. Without Postgres there are no figures.
 */
@Singleton
final class RelayLag implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(RelayLag.class);

    private final Database database;
    private final List<ServiceModule> modules;
    private final GaugeFamily seconds;
    private final GaugeFamily events;

    RelayLag(Database database, List<ServiceModule> modules, MeterRegistry metrics) {
        this.database = database;
        this.modules = modules;
        this.seconds = new GaugeFamily(metrics, "relay.lag.seconds");
        this.events = new GaugeFamily(metrics, "relay.unpublished.events");
    }

    private record Lag(double seconds, long events) {}

    @Override
    public String name() {
        return "relay-lag";
    }

    @Override
    public Duration idle() {
        return Duration.ofSeconds(5);
    }

    @Override
    public boolean step() {
        Map<Tags, Double> ages = new HashMap<>();
        Map<Tags, Long> counts = new HashMap<>();
        try {
            for (ServiceModule module : modules) {
                Lag lag = lagOf(module);
                ages.put(Tags.of("module", module.name()), lag.seconds());
                counts.put(Tags.of("module", module.name()), lag.events());
            }
        } catch (JdbiException e) {
            LOG.debug("relay.lag_unknown reason={}", e.getMessage());
        }
        seconds.show(ages);
        events.show(counts);
        return false;
    }

    /** Two steps in an index, however long the log is. The clock is that of Postgres, which also wrote the row's time. */
    private Lag lagOf(ServiceModule module) {
        return database.inSystemTransaction(tx -> tx.createQuery("""
                        SELECT coalesce(extract(epoch FROM clock_timestamp() - (
                                   SELECT created_at FROM %1$s.system_events
                                   WHERE seq > c.seq ORDER BY seq LIMIT 1)), 0)::float8 AS age,
                               coalesce((SELECT seq FROM %1$s.system_events
                                         WHERE seq > c.seq ORDER BY seq DESC LIMIT 1) - c.seq, 0) AS waiting
                        FROM %1$s.relay_cursor c""".formatted(module.schema()))
                .map((row, context) -> new Lag(row.getDouble("age"), row.getLong("waiting")))
                .one());
    }
}
