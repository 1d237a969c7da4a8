package com.alumoutreach.contracts;

import java.time.Instant;

/** When events can have happened: the years 1900 to 2299, which a date in Postgres, ClickHouse and Java can all hold. */
public final class EventTimes {
    private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2299-12-31T23:59:59Z");

    private EventTimes() {}

    /** False for a time that no event has; to count its milliseconds may overflow. */
    public static boolean canBe(Instant time) {
        return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
    }
}
