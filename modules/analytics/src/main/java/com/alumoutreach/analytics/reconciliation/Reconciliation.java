package com.alumoutreach.analytics.reconciliation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.UUID;

/**
 * A comparison as its requester sees it.
 *
 * @param tenantId null for all tenants
 * @param status {@code running} also while it waits for another, {@code completed}, or {@code failed} when ClickHouse or NATS were
 *     away at each attempt
 * @param outcome null before the end
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
record Reconciliation(
        UUID id,
        @Nullable String tenantId,
        Instant from,
        Instant to,
        String requestedBy,
        String status,
        Instant createdAt,
        @Nullable Instant completedAt,
        @Nullable Outcome outcome) {
    Range range() {
        return new Range(tenantId, from, to);
    }
}
