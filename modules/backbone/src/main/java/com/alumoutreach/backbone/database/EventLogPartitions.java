package com.alumoutreach.backbone.database;

import com.alumoutreach.backbone.module.ServiceModule;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;

/** Makes the monthly partitions of {@code system_events}, this month's and {@value #MONTHS_AHEAD} ahead. */
@Singleton
public class EventLogPartitions {
    /** A service that nobody restarts for a quarter still finds its partition; housekeeping adds more every day. */
    private static final int MONTHS_AHEAD = 3;

    private final Database database;
    private final Clock clock;

    EventLogPartitions(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Idempotent. Safe from several instances at once: they take turns on an advisory lock. */
    public void ensure(ServiceModule module) {
        YearMonth now = YearMonth.now(clock.withZone(ZoneOffset.UTC));
        database.inSystemTransaction(tx -> {
            tx.createQuery("SELECT pg_advisory_xact_lock(hashtextextended(:lock, 0))::text")
                    .bind("lock", "alum.partitions." + module.schema())
                    .mapTo(String.class)
                    .one();
            for (int ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
                YearMonth month = now.plusMonths(ahead);
                tx.execute("""
                        CREATE TABLE IF NOT EXISTS %1$s.system_events_%2$d%3$02d PARTITION OF %1$s.system_events
                        FOR VALUES FROM ('%4$s-01 00:00:00+00') TO ('%5$s-01 00:00:00+00')""".formatted(
                                module.schema(), month.getYear(), month.getMonthValue(), month, month.plusMonths(1)));
            }
            return true;
        });
    }
}
