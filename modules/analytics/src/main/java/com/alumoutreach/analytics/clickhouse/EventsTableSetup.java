package com.alumoutreach.analytics.clickhouse;

import com.alumoutreach.backbone.module.BackgroundWork;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Makes the table at start and tries again while ClickHouse is away, so that queries work before the first event. */
@Singleton
final class EventsTableSetup implements BackgroundWork {
    private final EventsTable table;

    EventsTableSetup(EventsTable table) {
        this.table = table;
    }

    @Override
    public String name() {
        return "analytics-table";
    }

    @Override
    public boolean step() {
        table.ensure();
        return false;
    }

    @Override
    public Duration idle() {
        return table.ready() ? Duration.ofMinutes(1) : Duration.ofSeconds(1);
    }
}
