package com.alumoutreach.analytics.outreach;

import com.alumoutreach.analytics.AnalyticsModule;
import com.alumoutreach.analytics.kpi.FreshAnswers;
import com.alumoutreach.analytics.outreach.OutreachEvents.Outcome;
import com.alumoutreach.analytics.outreach.OutreachEvents.Prepared;
import com.alumoutreach.analytics.outreach.OutreachEvents.Taken;
import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.http.PackedUploads;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.http.TakesIdempotencyKey;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events of the dashboard's model: automations outside tell theirs, and everybody of the tenant reads them all. */
@Controller("/api/outreach-events")
@ExecuteOn(TaskExecutors.BLOCKING)
class OutreachEventController {
    private static final Logger LOG = LoggerFactory.getLogger(OutreachEventController.class);
    private static final String NDJSON = "application/x-ndjson";

    private final OutreachEvents events;
    private final OutreachQuery query;
    private final FreshAnswers answers;
    private final Database database;
    private final Idempotency idempotency;
    private final PackedUploads packed;
    private final HttpServerConfiguration limits;

    OutreachEventController(
            OutreachEvents events,
            OutreachQuery query,
            FreshAnswers answers,
            Database database,
            @Named(AnalyticsModule.NAME) Idempotency idempotency,
            PackedUploads packed,
            HttpServerConfiguration limits) {
        this.events = events;
        this.query = query;
        this.answers = answers;
        this.database = database;
        this.idempotency = idempotency;
        this.packed = packed;
        this.limits = limits;
    }

    /** Takes one event; 200 for one that is known already, with the same content. */
    @Post
    @TakesIdempotencyKey
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
    @RequestBody(content = @Content(schema = @Schema(implementation = OutreachEventRequest.class)))
    HttpResponse<OutreachEventResponse> one(Caller caller, HttpRequest<?> http, @Body String json) {
        Instant now = events.now();
        ToldEvent event = ToldEvent.of(json.getBytes(StandardCharsets.UTF_8), caller.tenantId(), now);
        return idempotency.once(caller, http, json, tx -> {
            Prepared prepared = events.prepare(caller, event, null, now);
            Taken taken = events.take(tx, caller, List.of(prepared)).getFirst();
            if (taken.outcome() == Outcome.CONFLICT) {
                throw OutreachUpload.conflict();
            }
            OutreachEventResponse answer = OutreachQuery.response(caller.tenantId(), prepared, taken.happenedAt());
            return taken.outcome() == Outcome.ACCEPTED ? HttpResponse.created(answer) : HttpResponse.ok(answer);
        });
    }

    /**
     * Takes many events, one a line, at most 100,000 lines or 64 MB. What is wrong with a line does not concern the others. The same
     * body can be sent again: what is known already is counted, and not taken twice. Lines without an id are known by their number, if
     * there is an {@code Idempotency-Key}.
     */
    @Post
    @Consumes(NDJSON)
    @TakesIdempotencyKey
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
    OutreachUpload.Report many(Caller caller, HttpRequest<?> http, @Body InputStream body) throws IOException {
        try {
            if (http.getContentLength() > Lines.MAX_BYTES) {
                throw Lines.tooLarge();
            }
            return new OutreachUpload(database, events, caller, Idempotency.key(http))
                    .read(packed.unpacked(http, body, limits));
        } finally {
            pass(body);
        }
    }

    /** What nobody read of a body would stand in the way of the next request on its connection. */
    private static void pass(InputStream body) {
        try {
            body.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.debug("outreach.body_not_read", e);
        }
    }

    /**
     * The tenant's events, newest first, those of our own services as well.
     *
     * @param eventType one of the 13 types; may be there more than once, all of them without
     * @param startTime ISO 8601; events at or after it
     * @param endTime ISO 8601; events before it
     * @param limit 1 to 1,000, else 100
     * @param cursor of the page before
     */
    @Get
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    HttpResponse<OutreachEventPage> list(
            Caller caller,
            @Nullable @QueryValue("event_type") List<String> eventType,
            @Nullable @QueryValue("campaign_id") String campaignId,
            @Nullable @QueryValue("lead_id") String leadId,
            @Nullable @QueryValue("start_time") String startTime,
            @Nullable @QueryValue("end_time") String endTime,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        OutreachQuery.Filter filter = new OutreachQuery.Filter(
                eventType == null ? List.of() : eventType, campaignId, leadId, startTime, endTime);
        return answers.with(
                caller.tenantId(), events.now(), () -> query.page(caller.tenantId(), filter, limit, cursor));
    }

    /** @param nextCursor null on the last page */
    @Serdeable
    record OutreachEventPage(
            List<OutreachEventResponse> items, @Nullable String nextCursor) {}

    /**
     * An event as it is told.
     *
     * @param id a UUID, the event's own for ever; made when it is missing
     * @param workspaceId the tenant of the token, if it is there
     * @param campaignId a UUID
     * @param leadId the contact's UUID
     * @param eventType one of the 13 types
     * @param eventTimestamp ISO 8601 with an offset, not before the year 2000 nor more than a day ahead; now, when it is missing
     * @param metadata anything; {@code campaign_name}, {@code channel}, {@code classification}, {@code due_at} and {@code auto_reply}
     *     are read by figures, and stay when the person is erased
     */
    @Serdeable
    record OutreachEventRequest(
            @Nullable String id,
            @JsonProperty("workspace_id") @Nullable String workspaceId,
            @JsonProperty("campaign_id") @Nullable String campaignId,
            @JsonProperty("lead_id") @Nullable String leadId,
            @JsonProperty("event_type") String eventType,
            @JsonProperty("event_timestamp") @Nullable String eventTimestamp,
            @Nullable Map<String, Object> metadata) {}
}
