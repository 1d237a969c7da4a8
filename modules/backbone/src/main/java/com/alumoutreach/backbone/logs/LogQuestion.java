package com.alumoutreach.backbone.logs;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a service is asked.
 *
 * @param tenantId null for all tenants
 * @param types of these alone; empty for all
 * @param from happened at or after
 * @param to happened before
 * @param after where the last answer ended; null for the first
 */
record LogQuestion(
        Kind kind,
        @Nullable String tenantId,
        List<String> types,
        Instant from,
        Instant to,
        @Nullable After after) {
    enum Kind {
        EVENTS,
        SUMMARIES
    }

    /** The last event of an answer, or the last tenant of summaries. */
    record After(String tenantId, Instant occurredAt, long seq) {
        static After tenant(String tenantId) {
            return new After(tenantId, Instant.EPOCH, 0);
        }
    }

    LogQuestion after(@Nullable After last) {
        return new LogQuestion(kind, tenantId, types, from, to, last);
    }
}
