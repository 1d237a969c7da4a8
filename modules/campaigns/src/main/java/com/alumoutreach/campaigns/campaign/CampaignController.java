package com.alumoutreach.campaigns.campaign;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.http.TakesIdempotencyKey;
import com.alumoutreach.campaigns.CampaignsModule;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Named;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Campaigns over HTTP. */
@Controller("/api/campaigns")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class CampaignController {
    private final CampaignService service;
    private final Idempotency idempotency;
    private final Database database;

    CampaignController(
            CampaignService service, @Named(CampaignsModule.NAME) Idempotency idempotency, Database database) {
        this.service = service;
        this.idempotency = idempotency;
        this.database = database;
    }

    @Post
    @TakesIdempotencyKey
    HttpResponse<CampaignResponse> create(Caller caller, HttpRequest<?> http, @Body @Valid CampaignRequest request) {
        return idempotency.once(caller, http, request, tx -> {
            Campaign campaign = service.create(
                    tx,
                    caller,
                    request.name(),
                    request.segmentId().toString(),
                    request.templateId().toString());
            return HttpResponse.created(response(tx, caller, campaign), URI.create("/api/campaigns/" + campaign.id()));
        });
    }

    @Post("/{id}/start")
    @TakesIdempotencyKey
    HttpResponse<CampaignResponse> start(Caller caller, HttpRequest<?> http, String id) {
        return idempotency.once(
                caller,
                http,
                Map.of(),
                tx -> HttpResponse.accepted().body(response(tx, caller, service.start(tx, caller, uuid(id)))));
    }

    @Get("/{id}")
    CampaignResponse get(Caller caller, String id) {
        return response(caller, service.get(caller, uuid(id)));
    }

    @Get
    Page<CampaignResponse> list(
            Caller caller, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        int most = Page.limit(limit);
        List<CampaignResponse> rows = service.list(caller, Page.cursor(cursor), most + 1).stream()
                .map(campaign -> response(caller, campaign))
                .toList();
        return Page.of(rows, most, CampaignResponse::id);
    }

    private CampaignResponse response(Caller caller, Campaign campaign) {
        return database.inTransaction(caller.tenantId(), tx -> response(tx, caller, campaign));
    }

    private CampaignResponse response(Handle tx, Caller caller, Campaign campaign) {
        Map<String, Long> outcomes = service.outcomes(tx, caller, campaign.id());
        return new CampaignResponse(
                campaign.id(),
                campaign.name(),
                campaign.channel(),
                campaign.segmentId(),
                campaign.templateId(),
                campaign.status(),
                outcomes.values().stream().mapToLong(Long::longValue).sum(),
                outcomes.getOrDefault("sent", 0L),
                outcomes.getOrDefault("failed", 0L),
                outcomes.getOrDefault("skipped", 0L));
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("campaign", id);
        }
    }

    @Serdeable
    record CampaignRequest(
            @NotBlank
            @Size(max = 200)
            @Pattern(regexp = "[^\\x00\\p{Cs}]*", message = "must not contain U+0000 or half a surrogate pair")
            String name,

            @NotNull UUID segmentId,
            @NotNull UUID templateId) {}

    /**
     * @param audience recipients so far; grows until the audience is built
     * @param failed given up on by the pipeline, or with more variables than a command can carry
     * @param skipped recipients without an address
     */
    @Serdeable
    record CampaignResponse(
            UUID id,
            String name,
            String channel,
            String segmentId,
            String templateId,
            String status,
            long audience,
            long sent,
            long failed,
            long skipped) {}
}
