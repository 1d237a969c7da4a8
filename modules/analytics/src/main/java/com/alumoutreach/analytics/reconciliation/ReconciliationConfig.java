package com.alumoutreach.analytics.reconciliation;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.time.LocalTime;

/**
 * When ClickHouse is compared with the logs, and how much of it.
 *
 * @param at each night, UTC
 * @param window how far back, unless asked for otherwise
 * @param settle events younger than this may be on their way, and are left to the next time
 * @param patience for what was given again to arrive
 */
@ConfigurationProperties("alum.reconciliation")
record ReconciliationConfig(
        @Bindable(defaultValue = "03:15") LocalTime at,
        @Bindable(defaultValue = "48h") Duration window,
        @Bindable(defaultValue = "5m") Duration settle,
        @Bindable(defaultValue = "2m") Duration patience) {}
