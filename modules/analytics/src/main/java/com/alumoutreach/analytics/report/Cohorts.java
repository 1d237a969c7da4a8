package com.alumoutreach.analytics.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** Leads by the week of their first message of all, and how soon they replied. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
record Cohorts(
        String timeZone,
        List<Cohort> cohorts,
        Instant asOf,
        @Nullable Instant lastEventAt) {
    /** @param week its Monday */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Cohort(LocalDate week, long leads, List<Within> replied) {}

    /**
     * @param weeks after the lead's own first message
     * @param over false while some of the cohort still have time
     */
    @Serdeable
    record Within(int weeks, long leads, double rate, boolean over) {}
}
