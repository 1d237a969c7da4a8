package com.alumoutreach.senders.settings;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.EntityTag;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.Role;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

/** The caller's tenant's settings for sending. */
@Controller("/api/settings/sending")
@ExecuteOn(TaskExecutors.BLOCKING)
class SettingsController {
    private final SettingsService service;

    SettingsController(SettingsService service) {
        this.service = service;
    }

    /** UTC and no cap while nobody has set anything. */
    @Get
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    HttpResponse<SendingSettings> get(Caller caller, @Nullable @Header(HttpHeaders.IF_NONE_MATCH) String ifNoneMatch) {
        SendingSettings settings = service.get(caller);
        return tag(settings).unlessKnown(ifNoneMatch, settings);
    }

    /** Replaces all of them; one that is left out has its default afterwards, but a time zone has to be there. */
    @Put
    @Secured(Role.ADMIN_NAME)
    HttpResponse<SendingSettings> put(
            Caller caller,
            @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch,
            @Body @Valid SendingSettingsRequest request) {
        SendingSettings settings = service.update(caller, new IfMatch(ifMatch), request);
        return tag(settings).ok(settings);
    }

    private static EntityTag tag(SendingSettings settings) {
        return EntityTag.of(settings.version());
    }

    /**
     * @param dailySendCap messages a day, 1 to 10,000,000; null for no cap
     * @param timeZone a region of the IANA time zone database, for example {@code Europe/Berlin}, or {@code UTC}
     */
    @Serdeable
    record SendingSettingsRequest(
            @Nullable @Min(1) @Max(10_000_000) Long dailySendCap,

            @NotBlank String timeZone) {}
}
