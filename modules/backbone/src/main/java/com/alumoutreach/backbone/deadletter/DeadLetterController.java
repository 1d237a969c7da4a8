package com.alumoutreach.backbone.deadletter;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Dead letters of the caller's tenant; the platform's admins see all, those that nobody could read included. */
@Controller("/api/dead-letters")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class DeadLetterController {
    private final DeadLetterService service;

    DeadLetterController(DeadLetterService service) {
        this.service = service;
    }

    /** One page; {@code cursor} is the position to go on after. */
    @Get
    LetterPage list(
            Caller caller,
            @Nullable @QueryValue String durable,
            @Nullable @QueryValue String subject,
            @Nullable @QueryValue Instant from,
            @Nullable @QueryValue Instant to,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue Long cursor) {
        int most = Page.limit(limit);
        DeadLetterFilter filter = new DeadLetterFilter(tenantOf(caller), Set.of(), durable, subject, from, to);
        List<DeadLetter> found = service.list(filter, cursor == null ? 0 : cursor, most + 1);
        boolean more = found.size() > most;
        List<DeadLetter> items = more ? found.subList(0, most) : found;
        return new LetterPage(items, more ? items.getLast().position() : null);
    }

    @Get("/{position}")
    DeadLetter show(Caller caller, long position) {
        return service.find(caller, position);
    }

    @Post("/redeliver")
    Outcome redeliver(Caller caller, @Body Choice choice) {
        return new Outcome(choice.dry(), service.redeliver(caller, choice.filter(caller), choice.dry()));
    }

    @Post("/discard")
    Outcome discard(Caller caller, @Body Choice choice) {
        return new Outcome(choice.dry(), service.discard(caller, choice.filter(caller), choice.dry()));
    }

    private static @Nullable String tenantOf(Caller caller) {
        return caller.ofPlatform() ? null : caller.tenantId();
    }

    @Serdeable
    record LetterPage(List<DeadLetter> items, @Nullable Long nextCursor) {}

    /**
     * @param positions these and no others; or everything that fits the filters
     * @param dryRun only say which
     */
    @Serdeable
    record Choice(
            @Nullable Set<Long> positions,
            @Nullable String durable,
            @Nullable String subject,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable Boolean dryRun) {
        boolean dry() {
            return Boolean.TRUE.equals(dryRun);
        }

        DeadLetterFilter filter(Caller caller) {
            Set<Long> chosen = positions == null ? Set.of() : positions;
            if (chosen.isEmpty() && durable == null && subject == null && from == null && to == null) {
                throw ProblemException.badRequest(
                        "NOTHING_CHOSEN", "Name positions, or at least one of durable, subject, from and to");
            }
            return new DeadLetterFilter(tenantOf(caller), chosen, durable, subject, from, to);
        }
    }

    /** @param letters which were chosen, at most 1,000 a request; call again while it is not empty */
    @Serdeable
    record Outcome(boolean dryRun, List<DeadLetter> letters) {}
}
