package com.alumoutreach.analytics.report;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.EventTimes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Of what time a report is.
 *
 * @param from events at or after
 * @param to events before
 */
record Period(Instant from, Instant to) {
    private static final Duration LONGEST = Duration.ofDays(3_700);

    /**
     * What a caller asks for.
     *
     * @param usual how long, when no begin is named
     * @throws ProblemException INVALID_RANGE
     */
    static Period of(@Nullable Instant from, @Nullable Instant to, Instant now, Duration usual) {
        if (from != null && !EventTimes.canBe(from) || to != null && !EventTimes.canBe(to)) {
            throw invalid();
        }
        Instant end = (to == null ? now : to).truncatedTo(ChronoUnit.MILLIS);
        Instant begin = (from == null ? end.minus(usual) : from).truncatedTo(ChronoUnit.MILLIS);
        if (!begin.isBefore(end)
                || Duration.between(begin, end).compareTo(LONGEST) > 0
                || end.isAfter(now.plus(LONGEST))) {
            throw invalid();
        }
        return new Period(begin, end);
    }

    private static ProblemException invalid() {
        return ProblemException.badRequest(
                "INVALID_RANGE", "from must be before to, within ten years of it, and not before 1900");
    }
}
