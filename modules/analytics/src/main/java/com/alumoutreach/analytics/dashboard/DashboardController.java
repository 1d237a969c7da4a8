package com.alumoutreach.analytics.dashboard;

import com.alumoutreach.analytics.kpi.ClickHouseKpis;
import com.alumoutreach.analytics.kpi.FreshAnswers;
import com.alumoutreach.analytics.kpi.KpiTrail;
import com.alumoutreach.analytics.kpi.KpiTrail.TrailEvent;
import com.alumoutreach.analytics.kpi.Kpis;
import com.alumoutreach.analytics.kpi.Moment;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.contracts.EventTimes;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.sse.Event;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The dashboard of the caller's tenant. Every figure is computed from events when it is asked for; {@code at} asks for a moment of the
 * past. The headers {@code Alum-As-Of} and {@code Alum-Last-Event-At} say how fresh an answer is.
 */
@Controller("/api/dashboard")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
class DashboardController {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int MOST_SECONDS = 3_600;
    /** For somebody who wants what is now, and nothing is to be had. */
    private static final Duration ONE_ANSWER = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(DashboardController.class);

    private final ClickHouseKpis kpis;
    private final KpiTrail trail;
    private final FreshAnswers answers;
    private final List<NextActionRule> rules;
    private final Clock clock;
    private final Duration quiet;
    private final Map<String, Flux<StatsV2>> live = new ConcurrentHashMap<>();

    /** @param quiet a listener hears at least so often that it still listens; servers and proxies end a connection that is idle for minutes */
    DashboardController(
            ClickHouseKpis kpis,
            KpiTrail trail,
            FreshAnswers answers,
            List<NextActionRule> rules,
            Clock clock,
            @Property(name = "alum.dashboard.quiet", defaultValue = "20s") Duration quiet) {
        this.kpis = kpis;
        this.trail = trail;
        this.answers = answers;
        this.rules = rules;
        this.clock = clock;
        this.quiet = quiet;
    }

    /** All figures, the next actions and today's campaigns. */
    @Get("/stats-v2")
    HttpResponse<StatsV2> stats(Caller caller, @Nullable @QueryValue Instant at) {
        return fresh(caller, at, moment -> {
            Kpis figures = kpis.ofDashboard(caller.tenantId(), moment);
            return StatsV2.of(figures, NextActions.of(figures, rules));
        });
    }

    /**
     * The same again and again: at once, and then whenever it has changed, at most once a second; comments in between, so that nobody on
     * the way takes the connection for a dead one. Listeners of a tenant share one question.
     *
     * @param seconds how long to listen, up to 3,600; an hour unless given. A listener then connects again. With 0 it hears what is now, alone
     */
    @Get("/stats-v2/stream")
    @Produces(MediaType.TEXT_EVENT_STREAM)
    Publisher<Event<StatsV2>> stream(Caller caller, @Nullable @QueryValue Integer seconds) {
        int listening = seconds == null ? MOST_SECONDS : seconds;
        if (listening < 0 || listening > MOST_SECONDS) {
            throw ProblemException.badRequest("INVALID_SECONDS", "seconds must be 0 to " + MOST_SECONDS);
        }
        Flux<Event<StatsV2>> stream = live.computeIfAbsent(caller.tenantId(), this::watch)
                .map(stats -> Event.of(stats).name("stats"));
        if (listening == 0) {
            return stream.take(1).take(ONE_ANSWER);
        }
        Flux<Event<StatsV2>> comments =
                Flux.interval(quiet).onBackpressureDrop().map(tick -> comment());
        return Flux.merge(stream, comments).take(Duration.ofSeconds(listening));
    }

    /** An event without data, which listeners are not told of. */
    @SuppressWarnings("unchecked") // Of a text the writer makes no JSON, whatever its type; of an empty one no data.
    private static Event<StatsV2> comment() {
        Event<?> empty = Event.of("").comment("nothing new");
        return (Event<StatsV2>) empty;
    }

    private Flux<StatsV2> watch(String tenantId) {
        return Flux.interval(Duration.ZERO, LOOK_EVERY)
                .onBackpressureDrop()
                .concatMap(
                        tick -> Mono.fromCallable(() -> now(tenantId))
                                .subscribeOn(Schedulers.boundedElastic())
                                .onErrorResume(e -> silence(tenantId, e)),
                        1)
                .distinctUntilChanged()
                .replay(1)
                .refCount();
    }

    /** While ClickHouse is away nothing changes; listeners stay. */
    private static Mono<StatsV2> silence(String tenantId, Throwable reason) {
        LOG.debug("dashboard.not_answered tenant={} reason={}", tenantId, reason.getMessage());
        return Mono.empty();
    }

    private StatsV2 now(String tenantId) {
        return answers.asked(() -> {
            Kpis figures = kpis.ofDashboard(tenantId, clock.instant());
            return StatsV2.of(figures, NextActions.of(figures, rules));
        });
    }

    /** What to do next, each with the figure whose events caused it. */
    @Get("/next-actions")
    HttpResponse<List<NextAction>> nextActions(Caller caller, @Nullable @QueryValue Instant at) {
        return fresh(caller, at, moment -> NextActions.of(kpis.ofDashboard(caller.tenantId(), moment), rules));
    }

    /**
     * Since the month began in the tenant's zone.
     *
     * @param emailsSent under the names that the metrics have always had: {@code emails_sent_mtd}, …
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record MonthToDate(
            @com.fasterxml.jackson.annotation.JsonProperty("emails_sent_mtd")
            long emailsSent,

            @com.fasterxml.jackson.annotation.JsonProperty("replies_mtd")
            long replies,

            @com.fasterxml.jackson.annotation.JsonProperty("interested_mtd")
            long interested,

            @com.fasterxml.jackson.annotation.JsonProperty("bounces_mtd")
            long bounces,

            @com.fasterxml.jackson.annotation.JsonProperty("unsubscribes_mtd")
            long unsubscribes) {}

    /** The month's figures so far. */
    @Get("/month-to-date")
    HttpResponse<MonthToDate> monthToDate(Caller caller, @Nullable @QueryValue Instant at) {
        return fresh(caller, at, moment -> {
            Kpis.MonthToDate month = kpis.monthToDate(caller.tenantId(), moment);
            return new MonthToDate(
                    month.emailsSent(), month.replies(), month.interested(), month.bounces(), month.unsubscribes());
        });
    }

    /**
     * The events behind a figure, latest first.
     *
     * @param campaignId for figures of campaigns: of this one alone
     */
    @Get("/kpis/{kpi}/events")
    HttpResponse<Page<TrailEvent>> events(
            Caller caller,
            String kpi,
            @Nullable @QueryValue Instant at,
            @Nullable @QueryValue String campaignId,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        if (!KpiTrail.FIGURES.contains(kpi)) {
            throw new ProblemException(
                    HttpStatus.NOT_FOUND, "KPI_NOT_FOUND", "There is no such figure; there are " + KpiTrail.FIGURES);
        }
        int most = Page.limit(limit);
        KpiTrail.Position after = cursor == null ? null : position(cursor);
        return fresh(caller, at, moment -> {
            Moment ofTenant = kpis.moment(caller.tenantId(), moment);
            List<TrailEvent> events = trail.page(kpi, ofTenant, campaignId, after, most + 1);
            if (events.size() <= most) {
                return new Page<>(events, null);
            }
            TrailEvent last = events.get(most - 1);
            return new Page<>(List.copyOf(events.subList(0, most)), cursor(last));
        });
    }

    private interface Answer<T> {
        T of(Instant moment);
    }

    private <T> HttpResponse<T> fresh(Caller caller, @Nullable Instant at, Answer<T> answer) {
        Instant now = clock.instant();
        if (at != null && (at.isAfter(now) || !EventTimes.canBe(at))) {
            throw ProblemException.badRequest("INVALID_TIME", "at must not be in the future, nor before 1900");
        }
        Instant moment = at == null ? now : at;
        return answers.with(caller.tenantId(), moment, () -> answer.of(moment));
    }

    private static String cursor(TrailEvent last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        (last.eventTimestamp().toEpochMilli() + "/" + last.id()).getBytes(StandardCharsets.US_ASCII));
    }

    private static KpiTrail.Position position(String cursor) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split("/", 2);
            Instant at = Instant.ofEpochMilli(Long.parseLong(parts[0]));
            if (EventTimes.canBe(at)) {
                return new KpiTrail.Position(at, UUID.fromString(parts[1]));
            }
        } catch (RuntimeException e) {
            throw notOurs();
        }
        throw notOurs();
    }

    private static ProblemException notOurs() {
        return ProblemException.badRequest("INVALID_CURSOR", "cursor is not one that this API gave out");
    }
}
