package com.alumoutreach.analytics.figure;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Role;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;

/** Figures of the caller's tenant. */
@Controller("/api/analytics")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
class FigureController {
    private final Figures figures;

    FigureController(Figures figures) {
        this.figures = figures;
    }

    /**
     * Messages sent since midnight.
     *
     * @param tz the time zone whose midnight is meant, for example {@code Europe/Berlin}; UTC unless given
     */
    @Get("/messages-sent-today")
    MessagesSentToday messagesSentToday(Caller caller, @Nullable @QueryValue String tz) {
        return figures.messagesSentToday(caller.tenantId(), tz == null ? "UTC" : tz);
    }

    /** How many events of each type there are, largest first. */
    @Get("/events/counts")
    EventCounts eventCounts(Caller caller) {
        return figures.eventCounts(caller.tenantId());
    }
}
