package com.alumoutreach.analytics.validation;

import com.alumoutreach.analytics.clickhouse.ClickHouseAwayException;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.contracts.EventTimes;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Semaphore;

/** Asks for the proof. */
@Controller("/api/analytics/validations")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.ANALYST_NAME})
class ValidationController {
    /** Each holds a tenant's events in memory. */
    private static final int AT_ONCE = 2;

    private final Semaphore running = new Semaphore(AT_ONCE);
    private final Validations validations;
    private final Clock clock;

    ValidationController(Validations validations, Clock clock) {
        this.validations = validations;
        this.clock = clock;
    }

    /** @param at the moment whose figures are meant, now unless given; not in the future */
    @Serdeable
    record Wish(@Nullable Instant at) {}

    /**
     * Compares the caller's figures: by replay of the raw events, by ClickHouse, and by the event model's SQL on Postgres. It waits up to 15
     * seconds for events that are on their way. The answer is 200 also when they differ: see {@code agreed} and {@code settled}. Two
     * are at work at once; a third is refused.
     */
    @Post
    Validation validate(Caller caller, @Nullable @Body Wish wish) {
        Instant now = clock.instant();
        Instant at = wish == null || wish.at() == null ? now : wish.at();
        if (at.isAfter(now) || !EventTimes.canBe(at)) {
            throw ProblemException.badRequest("INVALID_TIME", "at must not be in the future, nor before 1900");
        }
        if (!running.tryAcquire()) {
            throw new ProblemException(
                    HttpStatus.TOO_MANY_REQUESTS,
                    "VALIDATIONS_BUSY",
                    "Other figures are being compared; ask again soon");
        }
        try {
            return validations.validate(caller.tenantId(), at);
        } catch (IOException | NatsAwayException | ClickHouseAwayException e) {
            throw new ProblemException(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "ANALYTICS_UNAVAILABLE",
                    "A database or stream does not answer now");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, "ANALYTICS_UNAVAILABLE", "The service stops");
        } finally {
            running.release();
        }
    }
}
