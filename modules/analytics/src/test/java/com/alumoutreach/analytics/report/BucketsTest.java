package com.alumoutreach.analytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alumoutreach.backbone.http.ProblemException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketsTest {
    @ParameterizedTest
    @CsvSource({
        // The day that the clock is set back, and forward; one without; half an hour's shift; a day that begins at one
        // o'clock.
        "Europe/Berlin, 2025-10-25T22:00:00Z, 2025-10-26T23:00:00Z, 25",
        "Europe/Berlin, 2025-03-29T23:00:00Z, 2025-03-30T22:00:00Z, 23",
        "Europe/Berlin, 2025-06-01T22:00:00Z, 2025-06-02T22:00:00Z, 24",
        "Asia/Kolkata, 2025-06-01T18:30:00Z, 2025-06-02T18:30:00Z, 24",
        "Africa/Cairo, 2025-04-24T22:00:00Z, 2025-04-25T21:00:00Z, 23"
    })
    void aDayHasItsHoursAndIsOneDay(String zone, Instant from, Instant to, int hours) {
        Period day = new Period(from, to);
        assertThat(Buckets.HOUR.bounds(day, ZoneId.of(zone))).hasSize(hours + 1);
        List<ZonedDateTime> days = Buckets.DAY.bounds(day, ZoneId.of(zone));
        assertThat(days).hasSize(2);
        assertThat(days.getFirst().toInstant()).isEqualTo(from);
        assertThat(days.getLast().toInstant()).isEqualTo(to);
    }

    @ParameterizedTest
    @CsvSource({"Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"})
    void boundsGrowAndCoverTheTimeInEveryZone(String zone) {
        Period period = new Period(Instant.parse("2025-03-25T07:31:00Z"), Instant.parse("2025-04-20T11:00:00Z"));
        for (Buckets buckets : Buckets.values()) {
            List<ZonedDateTime> bounds = buckets.bounds(period, ZoneId.of(zone));
            assertThat(bounds.getFirst().toInstant()).isBeforeOrEqualTo(period.from());
            assertThat(bounds.get(1).toInstant()).isAfter(period.from());
            assertThat(bounds.getLast().toInstant()).isAfterOrEqualTo(period.to());
            for (int i = 1; i < bounds.size(); i++) {
                assertThat(bounds.get(i).toInstant()).isAfter(bounds.get(i - 1).toInstant());
            }
        }
    }

    @Test
    void tooManyPointsAreRefused() {
        Period years = new Period(Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2025-01-01T00:00:00Z"));
        assertThatThrownBy(() -> Buckets.HOUR.bounds(years, ZoneId.of("UTC"))).isInstanceOf(ProblemException.class);
        assertThat(Buckets.DAY.bounds(years, ZoneId.of("UTC"))).hasSize(1_828);
    }
}
