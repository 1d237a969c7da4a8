package com.alumoutreach.analytics.report;

import io.micronaut.core.annotation.Nullable;
import java.time.Instant;

/**
 * How fresh an answer is.
 *
 * @param asOf when it was asked
 * @param lastEventAt when the tenant's last event happened that ClickHouse has; null before the first
 */
record Freshness(Instant asOf, @Nullable Instant lastEventAt) {}
