package com.alumoutreach.analytics.reconciliation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which events are compared.
 *
 * @param tenantId null for all tenants
 * @param from happened at or after
 * @param to happened before
 */
record Range(@Nullable String tenantId, Instant from, Instant to) {}
