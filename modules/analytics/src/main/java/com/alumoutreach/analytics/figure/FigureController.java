package com.alumoutreach.analytics.figure;

import com.alumoutreach.analytics.kpi.FreshAnswers;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Role;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import java.time.Clock;
import java.time.Instant;

/** Figures of the caller's tenant. */
@Controller("/api/analytics")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
class FigureController {
    private final Figures figures;
    private final FreshAnswers answers;
    private final Clock clock;

    FigureController(Figures figures, FreshAnswers answers, Clock clock) {
        this.figures = figures;
        this.answers = answers;
        this.clock = clock;
    }

    /**
     * Messages sent since midnight, as the dashboard has them.
     *
     * @param tz the time zone whose midnight is meant, for example {@code Europe/Berlin}; the tenant's own unless given
     */
    @Get("/messages-sent-today")
    HttpResponse<MessagesSentToday> messagesSentToday(Caller caller, @Nullable @QueryValue String tz) {
        Instant now = clock.instant();
        return answers.with(caller.tenantId(), now, () -> figures.messagesSentToday(caller.tenantId(), now, tz));
    }

    /** How many events of each type there are, largest first. */
    @Get("/events/counts")
    HttpResponse<EventCounts> eventCounts(Caller caller) {
        return answers.with(caller.tenantId(), clock.instant(), () -> figures.eventCounts(caller.tenantId()));
    }
}
