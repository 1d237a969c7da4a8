package com.alumoutreach.analytics.report;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.Role;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/** Reports of the caller's tenant. */
@Controller("/api/analytics")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
class ReportController {
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration QUARTER = Duration.ofDays(91);

    /** How long a series is, unless said otherwise. */
    private static final Map<Buckets, Duration> USUAL = Map.of(
            Buckets.HOUR, Duration.ofHours(48),
            Buckets.DAY, MONTH,
            Buckets.WEEK, Duration.ofDays(182),
            Buckets.MONTH, Duration.ofDays(365));

    private final Reports reports;
    private final Clock clock;

    ReportController(Reports reports, Clock clock) {
        this.reports = reports;
        this.clock = clock;
    }

    /**
     * What became of messages.
     *
     * @param by {@code campaigns}, {@code sequences}, {@code senders}, {@code templates}, {@code segments} or {@code providers}
     * @param from events at or after; 30 days before {@code to} if it is left out
     * @param to events before; now if it is left out
     * @param limit rows, those with most messages; 50 if it is left out, at most 500
     */
    @Get("/reports/{by}")
    Report report(
            Caller caller,
            String by,
            @Nullable @QueryValue Instant from,
            @Nullable @QueryValue Instant to,
            @Nullable @QueryValue Integer limit) {
        Dimension dimension = Dimension.named(by);
        Period period = Period.of(from, to, clock.instant(), MONTH);
        return reports.report(caller.tenantId(), dimension, period, Page.limit(limit));
    }

    /** How far leads came in each campaign: queued, sent, delivered, opened, clicked, replied. */
    @Get("/reports/funnel")
    Funnel funnel(
            Caller caller,
            @Nullable @QueryValue Instant from,
            @Nullable @QueryValue Instant to,
            @Nullable @QueryValue Integer limit) {
        return reports.funnel(caller.tenantId(), Period.of(from, to, clock.instant(), MONTH), Page.limit(limit));
    }

    /**
     * Leads by the week of their first message, and how many replied within 1, 2, 4 and 8 weeks.
     *
     * @param tz whose Mondays are meant; the tenant's time zone if it is left out
     */
    @Get("/reports/cohorts")
    Cohorts cohorts(
            Caller caller,
            @Nullable @QueryValue Instant from,
            @Nullable @QueryValue Instant to,
            @Nullable @QueryValue String tz) {
        return reports.cohorts(caller.tenantId(), Period.of(from, to, clock.instant(), QUARTER), tz);
    }

    /**
     * Events over time.
     *
     * @param event a subject such as {@code pipeline.message.sent}, or a type such as {@code message_sent}
     * @param by {@code hour}, {@code day}, {@code week} (from Monday) or {@code month}; {@code day} if it is left out
     * @param tz whose hours and days are meant; the tenant's time zone if it is left out
     * @param campaignId of this campaign only
     */
    @Get("/series")
    Series series(
            Caller caller,
            @QueryValue String event,
            @Nullable @QueryValue String by,
            @Nullable @QueryValue Instant from,
            @Nullable @QueryValue Instant to,
            @Nullable @QueryValue String tz,
            @Nullable @QueryValue String campaignId) {
        Buckets buckets = by == null ? Buckets.DAY : Buckets.named(by);
        Period period = Period.of(from, to, clock.instant(), Objects.requireNonNull(USUAL.get(buckets)));
        return reports.series(caller.tenantId(), event, buckets, period, tz, campaignId == null ? "" : campaignId);
    }
}
