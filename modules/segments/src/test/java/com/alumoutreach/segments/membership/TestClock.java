package com.alumoutreach.segments.membership;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The time of services that are started with {@code test.clock}: it stands until a test moves it. */
@Singleton
@Replaces(Clock.class)
@Requires(property = "test.clock")
class TestClock extends Clock {
    private volatile Instant now = Instant.parse("2026-06-01T12:00:00Z");

    synchronized void pass(Duration time) {
        now = now.plus(time);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
