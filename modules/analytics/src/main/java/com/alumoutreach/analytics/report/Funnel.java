package com.alumoutreach.analytics.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;

/** How far leads came in each campaign. A lead is at a stage when its own event says so: a click without an opening is one. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
record Funnel(
        Instant from,
        Instant to,
        List<Row> rows,
        Instant asOf,
        @Nullable Instant lastEventAt) {
    /** Distinct leads; opened and clicked by persons. */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Row(
            String campaignId,
            @Nullable String name,
            long queued,
            long sent,
            long delivered,
            long opened,
            long clicked,
            long replied) {}
}
