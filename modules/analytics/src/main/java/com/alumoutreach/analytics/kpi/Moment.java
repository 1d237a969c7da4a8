package com.alumoutreach.analytics.kpi;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the figures of a tenant depend on besides its events.
 *
 * @param cap messages a day; null for no cap
 */
public record Moment(
        String tenantId, Instant at, Day day, @Nullable Long cap) {
    /** For the statements of figures; times in milliseconds. */
    public Map<String, Object> parameters() {
        return Map.of(
                "tenant",
                tenantId,
                "at",
                at.toEpochMilli(),
                "day_start",
                day.start().toEpochMilli(),
                "day_end",
                day.end().toEpochMilli(),
                "month_start",
                day.monthStart().toEpochMilli());
    }
}
