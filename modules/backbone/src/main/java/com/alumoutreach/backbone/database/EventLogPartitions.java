package com.alumoutreach.backbone.database;

import com.alumoutreach.backbone.module.ServiceModule;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;

/** Makes the monthly partitions of {@code system_events}, this month's and {@value #MONTHS_AHEAD} ahead. */
@Singleton
public class EventLogPartitions {
    /** A service that nobody restarts for a quarter still finds its partition; housekeeping adds more every day. */
    private static final int MONTHS_AHEAD = 3;

    private final MigrationsConfig config;
    private final Clock clock;

    EventLogPartitions(MigrationsConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * Idempotent. Safe from several instances at once: they take turns on an advisory lock.
     *
     * @throws SQLException when Postgres is away or refuses
     */
    public void ensure(ServiceModule module) throws SQLException {
        YearMonth now = YearMonth.now(clock.withZone(ZoneOffset.UTC));
        try (Connection connection = config.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended('alum.partitions." + module.schema() + "', 0))");
            for (int ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
                YearMonth month = now.plusMonths(ahead);
                statement.execute("""
                        CREATE TABLE IF NOT EXISTS %1$s.system_events_%2$d%3$02d PARTITION OF %1$s.system_events
                        FOR VALUES FROM ('%4$s-01 00:00:00+00') TO ('%5$s-01 00:00:00+00')""".formatted(
                                module.schema(), month.getYear(), month.getMonthValue(), month, month.plusMonths(1)));
            }
            connection.commit();
        }
    }
}
