package com.alumoutreach.backbone.probe;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.EntityTag;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.EventIds;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Named;
import java.net.URI;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Leaves one effect a request, as slowly as it is told to, or fails, or ends the process after the commit. */
@Controller("/probe/once")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(SecurityRule.IS_AUTHENTICATED)
@Requires(property = "probe.enabled", value = "true")
class OnceController {
    private final Idempotency idempotency;
    private final boolean haltAllowed;

    OnceController(
            @Named(ProbeModule.NAME) Idempotency idempotency,
            @Property(name = "probe.halt", defaultValue = "false") boolean haltAllowed) {
        this.idempotency = idempotency;
        this.haltAllowed = haltAllowed;
    }

    @Serdeable
    record Order(String contact, double seconds, boolean fails) {}

    @Serdeable
    record Made(UUID id, String contact) {}

    @Post
    HttpResponse<Made> make(Caller caller, HttpRequest<?> http, @Body Order order) {
        return idempotency.once(caller, http, order, tx -> {
            Made made = new Made(EventIds.next(), order.contact());
            effect(tx, caller, made);
            tx.createQuery("SELECT pg_sleep(:seconds)::text")
                    .bind("seconds", order.seconds())
                    .mapTo(String.class)
                    .one();
            if (order.fails()) {
                throw ProblemException.badRequest("PROBE_FAILS", "The probe fails as it was told to");
            }
            if (haltAllowed) {
                tx.afterCommit(() -> Runtime.getRuntime().halt(ProbeProcess.HALTED));
            }
            return EntityTag.of(1).on(HttpResponse.created(made, URI.create("/probe/once/" + made.id())));
        });
    }

    private static void effect(Handle tx, Caller caller, Made made) {
        tx.createUpdate("INSERT INTO probe.effects (tenant_id, contact_id, event_id, attempt)"
                        + " VALUES (:tenant, :contact, :event, 1)")
                .bind("tenant", caller.tenantId())
                .bind("contact", made.contact())
                .bind("event", made.id())
                .execute();
    }
}
