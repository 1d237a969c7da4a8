package com.alumoutreach.backbone.http;

import io.github.bucket4j.ConsumptionProbe;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses what a tenant asks beyond its rate, before anything else is done for it. */
@ServerFilter("/**")
class RateLimitFilter implements Ordered {
    private final RateLimits limits;

    RateLimitFilter(RateLimits limits) {
        this.limits = limits;
    }

    @RequestFilter
    @Nullable
    HttpResponse<?> check(HttpRequest<?> request) {
        ConsumptionProbe taken = limits.take(request);
        if (taken == null || taken.isConsumed()) {
            return null;
        }
        return Problems.answer(
                request,
                new ProblemException(
                                HttpStatus.TOO_MANY_REQUESTS,
                                "RATE_LIMITED",
                                "This tenant asks more than " + limits.config().requestsPerSecond() + " times a second")
                        .retryAfter(Duration.ofSeconds(seconds(taken.getNanosToWaitForRefill()))));
    }

    /** After the token was checked. */
    @Override
    public int getOrder() {
        return ServerFilterPhase.SECURITY.after();
    }

    /** Up to whole seconds, as the headers have no others. */
    private static long seconds(long nanos) {
        return Math.ceilDiv(nanos, Duration.ofSeconds(1).toNanos());
    }

    /** Tells every known caller where it stands: draft-ietf-httpapi-ratelimit-headers-10. */
    @ServerFilter("/**")
    static class Headers implements Ordered {
        private final RateLimits limits;
        private final String policy;

        Headers(RateLimits limits) {
            this.limits = limits;
            this.policy = "\"tenant\";q=%d;w=%d"
                    .formatted(limits.config().burst(), limits.config().window().toSeconds());
        }

        @ResponseFilter
        void answer(HttpRequest<?> request, MutableHttpResponse<?> response) {
            ConsumptionProbe taken = limits.take(request);
            if (taken != null) {
                response.header("RateLimit-Policy", policy);
                response.header(
                        "RateLimit",
                        "\"tenant\";r=%d;t=%d"
                                .formatted(taken.getRemainingTokens(), seconds(taken.getNanosToWaitForReset())));
            }
        }

        /** Around the check of roles, so that its refusals have the headers too. */
        @Override
        public int getOrder() {
            return ServerFilterPhase.SECURITY.before();
        }
    }
}
