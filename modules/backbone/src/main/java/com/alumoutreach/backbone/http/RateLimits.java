package com.alumoutreach.backbone.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A token bucket for each tenant that was here lately, in the memory of this instance. */
@Singleton
final class RateLimits {
    /** Some 30 MB when all are there; beyond it the one that was idle longest starts with a full bucket again. */
    private static final int MAX_TENANTS = 100_000;

    private static final String TAKEN = "alum.rateLimit";
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final RateLimitConfig config;
    private final Cache<String, Bucket> buckets;

    RateLimits(RateLimitConfig config) {
        this.config = config;
        // A bucket that was not touched for a window is full: forgetting it changes nothing.
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MAX_TENANTS)
                .expireAfterAccess(config.window().plus(MARGIN))
                .build();
    }

    RateLimitConfig config() {
        return config;
    }

    /** Takes this request's token, once however often it is asked; null when nobody has signed the request. */
    @Nullable
    ConsumptionProbe take(HttpRequest<?> request) {
        ConsumptionProbe before =
                request.getAttribute(TAKEN, ConsumptionProbe.class).orElse(null);
        if (before != null || !config.enabled()) {
            return before;
        }
        Object tenant = request.getUserPrincipal(Authentication.class)
                .map(token -> token.getAttributes().get("tenant"))
                .orElse(null);
        if (!(tenant instanceof String name)) {
            return null;
        }
        ConsumptionProbe taken = buckets.get(name, unused -> full()).tryConsumeAndReturnRemaining(1);
        request.setAttribute(TAKEN, taken);
        return taken;
    }

    private Bucket full() {
        return Bucket.builder()
                .addLimit(limit ->
                        limit.capacity(config.burst()).refillGreedy(config.requestsPerSecond(), Duration.ofSeconds(1)))
                .build();
    }
}
