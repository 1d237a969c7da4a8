package com.alumoutreach.backbone.replay;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.http.TakesIdempotencyKey;
import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.context.BeanContext;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Backfills: a tenant's admins for their tenant, the platform's for any. */
@Controller("/api/replays")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.ADMIN_NAME)
class ReplayController {
    private static final int DEFAULT_RATE = 2_000;

    private final ReplayService replays;
    private final Idempotency idempotency;
    private final BackgroundWorks works;
    private final List<ServiceModule> modules;
    private final Clock clock;

    /** The keys of backfills, which are of all modules, are with the first by name. */
    ReplayController(
            ReplayService replays, BeanContext beans, BackgroundWorks works, List<ServiceModule> modules, Clock clock) {
        this.replays = replays;
        String first =
                modules.stream().map(ServiceModule::name).sorted().findFirst().orElseThrow();
        this.idempotency = beans.getBean(Idempotency.class, Qualifiers.byName(first));
        this.works = works;
        this.modules = modules;
        this.clock = clock;
    }

    /** 202 and where to follow it; with {@code dryRun} 200 and how many events of each type it would be, whatever the key. */
    @Post
    @TakesIdempotencyKey
    HttpResponse<Answer> begin(Caller caller, HttpRequest<?> http, @Body @Valid Wish wish) {
        if (Boolean.TRUE.equals(wish.dryRun())) {
            return HttpResponse.ok(new Answer(null, replays.count(request(caller, wish))));
        }
        return idempotency.once(caller, http, wish, tx -> {
            ReplayRequest request = request(caller, wish);
            // The platform's backfills are of all tenants.
            Database.seeAll(tx);
            UUID id = replays.begin(tx, request);
            tx.afterCommit(() -> modules.forEach(module -> works.wake(ReplayWork.name(module))));
            return HttpResponse.accepted(URI.create("/api/replays/" + id))
                    .body(new Answer(replays.find(tx, id).orElseThrow(), null));
        });
    }

    @Get("/{id}")
    Replay find(Caller caller, UUID id) {
        return replays.find(id)
                .filter(replay -> caller.ofPlatform() || caller.tenantId().equals(replay.tenantId()))
                .orElseThrow(() -> ProblemException.notFound("replay", id.toString()));
    }

    @Post("/{id}/cancel")
    Replay cancel(Caller caller, UUID id) {
        find(caller, id);
        replays.cancel(id);
        return find(caller, id);
    }

    private ReplayRequest request(Caller caller, Wish wish) {
        Instant to = wish.to() == null ? clock.instant() : wish.to();
        if (!wish.from().isBefore(to)) {
            throw ProblemException.badRequest("INVALID_RANGE", "from must be before to");
        }
        if (!caller.ofPlatform() && wish.tenant() != null && !wish.tenant().equals(caller.tenantId())) {
            throw ProblemException.notFound("tenant", wish.tenant());
        }
        return new ReplayRequest(
                wish.durable(),
                replays.patterns(wish.durable()),
                caller.ofPlatform() ? wish.tenant() : caller.tenantId(),
                wish.from(),
                to,
                wish.ratePerSecond() == null ? DEFAULT_RATE : wish.ratePerSecond(),
                caller.userId());
    }

    /**
     * What is asked for.
     *
     * @param durable of ALUM_EVENTS; it is given what it listens to
     * @param tenant this tenant's events only
     * @param from logged at or after
     * @param to logged before; now if it is left out
     * @param ratePerSecond events a second from each log, 2,000 if it is left out
     */
    @Serdeable
    record Wish(
            @NotBlank String durable,
            @Nullable String tenant,
            @NotNull Instant from,
            @Nullable Instant to,
            @Nullable @Min(1) @Max(10_000) Integer ratePerSecond,
            @Nullable Boolean dryRun) {}

    /** @param events of a dry run, by type */
    @Serdeable
    record Answer(@Nullable Replay replay, @Nullable Map<String, Long> events) {}
}
