package com.alumoutreach.analytics.kpi;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.clickhouse.ClickHouseMigrations;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.contracts.EventCodec;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps the views that analysts read as this version has them, and the days of all time zones that the views need. */
@Singleton
final class KpiViews implements BackgroundWork {
    /** Written when fewer than {@link #DAYS_LEFT} are left. */
    private static final int DAYS_AHEAD = 60;

    private static final int DAYS_LEFT = 30;

    private static final Pattern NAME = Pattern.compile("VIEW (\\w+)");

    private final ClickHouse clickHouse;
    private final ClickHouseMigrations migrations;
    private final EventsTable table;
    private final Clock clock;
    private volatile boolean made;

    KpiViews(ClickHouse clickHouse, ClickHouseMigrations migrations, EventsTable table, Clock clock) {
        this.clickHouse = clickHouse;
        this.migrations = migrations;
        this.table = table;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "analytics-views";
    }

    @Override
    public Duration idle() {
        return made ? Duration.ofMinutes(1) : Duration.ofSeconds(1);
    }

    @Override
    public boolean step() {
        table.ensure();
        addDays();
        // A server that was replaced by an empty one has the tables again, and no view.
        if (!made || !allThere()) {
            KpiSql.views().forEach(migrations::define);
            made = true;
        }
        return false;
    }

    private boolean allThere() {
        List<String> names = KpiSql.views().stream()
                .map(NAME::matcher)
                .filter(Matcher::find)
                .map(name -> name.group(1))
                .toList();
        return clickHouse
                        .query(
                                "SELECT toInt64(count()) AS n FROM system.tables WHERE database = currentDatabase() AND name IN ('"
                                        + String.join("', '", names) + "')",
                                Map.of())
                        .getFirst()
                        .getLong("n")
                == names.size();
    }

    private void addDays() {
        LocalDate today = LocalDate.now(clock.withZone(ZoneOffset.UTC));
        Instant last = clickHouse
                .query("SELECT max(starts_at) AS last FROM time_zone_days", Map.of())
                .getFirst()
                .getZonedDateTime("last")
                .toInstant();
        if (last.isAfter(today.plusDays(DAYS_LEFT).atStartOfDay(ZoneOffset.UTC).toInstant())) {
            return;
        }
        StringBuilder rows = new StringBuilder();
        for (String zoneName : TimeZones.all()) {
            ZoneId zone = ZoneId.of(zoneName);
            for (LocalDate date = today.minusDays(2);
                    !date.isAfter(today.plusDays(DAYS_AHEAD));
                    date = date.plusDays(1)) {
                rows.append(row(Day.of(zone, date))).append('\n');
            }
        }
        clickHouse.insertJson("time_zone_days", rows.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String row(Day day) {
        return EventCodec.mapper()
                .createObjectNode()
                .put("zone", day.zone().getId())
                .put("day", day.date().toString())
                .put("starts_at", seconds(day.start()))
                .put("ends_at", seconds(day.end()))
                .put("month_starts_at", seconds(day.monthStart()))
                .toString();
    }

    /** As ClickHouse reads a DateTime64 from JSON. */
    private static String seconds(Instant instant) {
        return instant.getEpochSecond() + ".000";
    }
}
