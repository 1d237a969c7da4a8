package com.alumoutreach.backbone.journey;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Role;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;

/** Journeys of the caller's tenant; the platform's people see all. A service that runs alone shows the stations it knows. */
@Controller("/api/events")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class JourneyController {
    private final JourneyService journeys;

    JourneyController(JourneyService journeys) {
        this.journeys = journeys;
    }

    /** @param id a correlation id, a trace id (32 lower-case hexadecimal digits), or the id of an event, a message, a contact or another entity */
    @Get("/{id}/journey")
    Journey journey(Caller caller, String id) {
        return journeys.of(id, caller.ofPlatform() ? null : caller.tenantId());
    }
}
