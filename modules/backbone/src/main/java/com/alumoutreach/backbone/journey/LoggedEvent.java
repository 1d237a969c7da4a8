package com.alumoutreach.backbone.journey;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as a log has it.
 *
 * @param origin the request that set it off; null when another event did
 */
public record LoggedEvent(
        UUID id,
        String tenantId,
        String type,
        String source,
        String correlationId,
        @Nullable UUID causationId,
        String actor,
        @Nullable String origin,
        long position,
        Instant occurredAt,
        Instant loggedAt) {}
