package com.alumoutreach.analytics.report;

import com.alumoutreach.backbone.http.ProblemException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Hours, days, weeks (from Monday) or months of a time zone. Their bounds are made here, by the rules of java.time, and ClickHouse only
 * sorts events into them: a day of 23 or 25 hours is one day, and an hour that a clock shows twice is two.
 */
enum Buckets {
    HOUR {
        @Override
        ZonedDateTime start(ZonedDateTime of) {
            return of.truncatedTo(ChronoUnit.HOURS);
        }

        @Override
        ZonedDateTime next(ZonedDateTime start) {
            return start.plusHours(1);
        }
    },
    DAY {
        @Override
        ZonedDateTime start(ZonedDateTime of) {
            return of.toLocalDate().atStartOfDay(of.getZone());
        }

        @Override
        ZonedDateTime next(ZonedDateTime start) {
            return start.toLocalDate().plusDays(1).atStartOfDay(start.getZone());
        }
    },
    WEEK {
        @Override
        ZonedDateTime start(ZonedDateTime of) {
            return of.toLocalDate()
                    .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                    .atStartOfDay(of.getZone());
        }

        @Override
        ZonedDateTime next(ZonedDateTime start) {
            return start.toLocalDate().plusWeeks(1).atStartOfDay(start.getZone());
        }
    },
    MONTH {
        @Override
        ZonedDateTime start(ZonedDateTime of) {
            return of.toLocalDate().withDayOfMonth(1).atStartOfDay(of.getZone());
        }

        @Override
        ZonedDateTime next(ZonedDateTime start) {
            return start.toLocalDate().plusMonths(1).atStartOfDay(start.getZone());
        }
    };

    /** Points of one answer, some 100 bytes each. */
    static final int MOST = 2_000;

    abstract ZonedDateTime start(ZonedDateTime of);

    abstract ZonedDateTime next(ZonedDateTime start);

    /** @throws ProblemException INVALID_INTERVAL */
    static Buckets named(String name) {
        return Arrays.stream(values())
                .filter(buckets -> buckets.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(
                        () -> ProblemException.badRequest("INVALID_INTERVAL", "by must be hour, day, week or month"));
    }

    /**
     * The bounds of all that a period touches, the end of the last one included.
     *
     * @throws ProblemException TOO_MANY_POINTS
     */
    List<ZonedDateTime> bounds(Period period, ZoneId zone) {
        List<ZonedDateTime> bounds = new ArrayList<>();
        ZonedDateTime bound = start(period.from().atZone(zone));
        Instant last = period.to();
        bounds.add(bound);
        while (bound.toInstant().isBefore(last)) {
            if (bounds.size() > MOST) {
                throw ProblemException.badRequest(
                        "TOO_MANY_POINTS", "At most " + MOST + " points; take longer ones, or a shorter time");
            }
            bound = next(bound);
            bounds.add(bound);
        }
        return bounds;
    }
}
