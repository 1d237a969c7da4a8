package com.alumoutreach.backbone.replay;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.UUID;

/**
 * A backfill as its requester sees it, over all logs of this process.
 *
 * @param tenantId null for all tenants
 * @param published events given to the durable so far
 * @param status {@code running}, {@code completed} or {@code cancelled}
 */
@Serdeable
public record Replay(
        UUID id,
        String durable,
        @Nullable String tenantId,
        Instant from,
        Instant to,
        String requestedBy,
        long published,
        String status) {
    static final String RUNNING = "running";
    static final String COMPLETED = "completed";
    static final String CANCELLED = "cancelled";

    /** What two logs of one process say of the same backfill. */
    Replay plus(Replay other) {
        String together = status.equals(RUNNING) || other.status.equals(RUNNING) ? RUNNING : status;
        return new Replay(id, durable, tenantId, from, to, requestedBy, published + other.published, together);
    }
}
