package com.alumoutreach.backbone.journey;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.UUID;

/**
 * One event at one place.
 *
 * @param at when it was there, by that place's clock
 * @param station {@code request}, {@code logged}, {@code published}, {@code handled} or {@code archived}
 * @param where the service, stream, durable or table
 * @param causationId the event that it follows from
 * @param detail for people
 */
@Serdeable
public record Station(
        Instant at,
        String station,
        String where,
        UUID eventId,
        String type,
        @Nullable UUID causationId,
        String detail) {}
