package com.alumoutreach.analytics.reconciliation;

import com.alumoutreach.analytics.AnalyticsModule;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.http.TakesIdempotencyKey;
import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.contracts.EventTimes;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
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
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Comparisons of ClickHouse with the logs: a tenant's admins see and begin those of their tenant, the platform's those of all. */
@Controller("/api/analytics/reconciliations")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.ADMIN_NAME)
class ReconciliationController {
    private static final Duration LONGEST = Duration.ofDays(400);

    private final ReconciliationRepository reconciliations;
    private final ReconciliationConfig config;
    private final EventsTable table;
    private final Idempotency idempotency;
    private final Database database;
    private final BackgroundWorks works;
    private final Clock clock;

    ReconciliationController(
            ReconciliationRepository reconciliations,
            ReconciliationConfig config,
            EventsTable table,
            @Named(AnalyticsModule.NAME) Idempotency idempotency,
            Database database,
            BackgroundWorks works,
            Clock clock) {
        this.reconciliations = reconciliations;
        this.config = config;
        this.table = table;
        this.idempotency = idempotency;
        this.database = database;
        this.works = works;
        this.clock = clock;
    }

    /**
     * What is to be compared.
     *
     * @param from happened at or after; 48 hours before {@code to} if it is left out
     * @param to happened before; five minutes ago if it is left out, as later events may be on their way
     */
    @Serdeable
    record Wish(@Nullable Instant from, @Nullable Instant to) {}

    /** 202 and where to follow it. What ClickHouse has lost is given to it again. A tenant has one at a time. */
    @Post
    @TakesIdempotencyKey
    HttpResponse<Reconciliation> begin(Caller caller, HttpRequest<?> http, @Nullable @Body Wish body) {
        Wish wish = body == null ? new Wish(null, null) : body;
        return idempotency.once(caller, http, wish, tx -> {
            Range range = range(caller, wish);
            seeAllOfPlatform(tx, caller);
            refuseASecond(tx, caller);
            UUID id = reconciliations.insert(tx, range, caller.userId(), null);
            tx.afterCommit(() -> works.wake(ReconciliationWork.NAME));
            return HttpResponse.accepted(URI.create("/api/analytics/reconciliations/" + id))
                    .body(reconciliations.find(tx, id, tenantOf(caller)).orElseThrow());
        });
    }

    /** One comparison, and what came of it. */
    @Get("/{id}")
    Reconciliation find(Caller caller, UUID id) {
        return database.inTransaction(caller.tenantId(), tx -> {
            seeAllOfPlatform(tx, caller);
            return reconciliations
                    .find(tx, id, tenantOf(caller))
                    .orElseThrow(() -> ProblemException.notFound("reconciliation", id.toString()));
        });
    }

    /** Newest first. */
    @Get
    Page<Reconciliation> list(Caller caller, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        int most = Page.limit(limit);
        UUID before = cursor == null ? null : Page.cursor(cursor);
        return database.inTransaction(caller.tenantId(), tx -> {
            seeAllOfPlatform(tx, caller);
            return Page.of(reconciliations.list(tx, tenantOf(caller), before, most + 1), most, Reconciliation::id);
        });
    }

    private void refuseASecond(Handle tx, Caller caller) {
        if (caller.ofPlatform()) {
            return;
        }
        reconciliations.running(tx, caller.tenantId()).ifPresent(running -> {
            throw new ProblemException(
                    HttpStatus.CONFLICT,
                    "RECONCILIATION_RUNNING",
                    "Reconciliation " + running + " is not over yet; one after another");
        });
    }

    private Range range(Caller caller, Wish wish) {
        Instant now = clock.instant();
        if (wish.from() != null && !EventTimes.canBe(wish.from())
                || wish.to() != null && !EventTimes.canBe(wish.to())) {
            throw invalidRange();
        }
        Instant to = wish.to() == null ? now.minus(config.settle()) : wish.to();
        Instant from = wish.from() == null ? to.minus(config.window()) : wish.from();
        if (!from.isBefore(to) || to.isAfter(now) || Duration.between(from, to).compareTo(LONGEST) > 0) {
            throw invalidRange();
        }
        if (from.isBefore(table.retainedSince(now))) {
            throw ProblemException.badRequest(
                    "INVALID_RANGE", "from is earlier than what ClickHouse keeps (ALUM_CLICKHOUSE_RETENTION)");
        }
        return new Range(tenantOf(caller), from.truncatedTo(ChronoUnit.MILLIS), to.truncatedTo(ChronoUnit.MILLIS));
    }

    private static ProblemException invalidRange() {
        return ProblemException.badRequest(
                "INVALID_RANGE",
                "from must be before to, by 400 days at most, not before 1900, and to not in the future");
    }

    private static @Nullable String tenantOf(Caller caller) {
        return caller.ofPlatform() ? null : caller.tenantId();
    }

    private static void seeAllOfPlatform(Handle tx, Caller caller) {
        if (caller.ofPlatform()) {
            Database.seeAll(tx);
        }
    }
}
