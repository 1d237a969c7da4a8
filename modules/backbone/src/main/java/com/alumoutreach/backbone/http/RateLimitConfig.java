package com.alumoutreach.backbone.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How much one tenant may ask of one instance ({@code alum.http.rate-limit.*}).
 *
 * @param requestsPerSecond what a tenant may do for ever, from 1
 * @param burst what it may do at once after a pause, from 1
 */
@ConfigurationProperties("alum.http.rate-limit")
record RateLimitConfig(
        @Bindable(defaultValue = "true") boolean enabled,
        @Bindable(defaultValue = "200") int requestsPerSecond,
        @Bindable(defaultValue = "1000") int burst) {
    RateLimitConfig {
        if (requestsPerSecond < 1 || burst < 1) {
            throw new IllegalArgumentException("alum.http.rate-limit: requests-per-second and burst are at least 1");
        }
    }

    /** After it an idle tenant has its whole burst again. */
    Duration window() {
        return Duration.ofSeconds(Math.ceilDiv(burst, requestsPerSecond));
    }
}
