package com.alumoutreach.analytics.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/** How many events of a type there were in each hour, day, week or month. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
record Series(
        String event,
        String by,
        String timeZone,
        List<Point> points,
        Instant asOf,
        @Nullable Instant lastEventAt) {
    /**
     * @param start with the offset of that moment
     * @param events those of the asked time, each once
     */
    @Serdeable
    record Point(OffsetDateTime start, long events) {}
}
