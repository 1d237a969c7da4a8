package com.alumoutreach.analytics.kpi;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A day of a time zone: 23 to 25 hours, from the first moment of its date to that of the next.
 *
 * @param monthStart when the month of that day began
 */
public record Day(ZoneId zone, LocalDate date, Instant start, Instant end, Instant monthStart) {
    /** The day that a moment is in. */
    static Day of(String zoneName, Instant at) {
        ZoneId zone = ZoneId.of(TimeZones.isKnown(zoneName) ? zoneName : "UTC");
        return of(zone, at.atZone(zone).toLocalDate());
    }

    static Day of(ZoneId zone, LocalDate date) {
        return new Day(
                zone,
                date,
                date.atStartOfDay(zone).toInstant(),
                date.plusDays(1).atStartOfDay(zone).toInstant(),
                date.withDayOfMonth(1).atStartOfDay(zone).toInstant());
    }
}
