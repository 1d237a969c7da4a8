package com.alumoutreach.backbone.replay;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events a durable is to be given.
 *
 * @param patterns regular expressions, one of which the event's type must match
 * @param tenantId of this tenant; null for all
 * @param from logged at or after
 * @param to logged before
 * @param rate events a second and module, at most
 */
record ReplayRequest(
        String durable,
        List<String> patterns,
        @Nullable String tenantId,
        Instant from,
        Instant to,
        int rate,
        String requestedBy) {}
