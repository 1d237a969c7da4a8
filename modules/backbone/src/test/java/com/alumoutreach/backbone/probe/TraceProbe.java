package com.alumoutreach.backbone.probe;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactTagged;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;

/** A chain of two handlers behind a request: a contact is created, which tags it, which a batch handler takes. */
@Factory
@Requires(property = "probe.traces", value = "true")
public final class TraceProbe {
    public static final String FIRST = "PROBE_FIRST_CONSUMER";
    public static final String SECOND = "PROBE_SECOND_CONSUMER";

    @Singleton
    @Named(FIRST)
    DurableConsumer first(@Named(ProbeModule.NAME) EventLog log) {
        return DurableConsumer.of(ProbeModule.NAME, FIRST)
                .subjects("contact.created")
                .retryAfter(Duration.ofMillis(50))
                .on(ContactCreated.class, (event, delivery) -> tag(log, event, delivery))
                .build();
    }

    private static void tag(EventLog log, ContactCreated event, Delivery delivery) {
        if ("stumbles".equals(event.source()) && !seen(delivery)) {
            throw new IllegalStateException("The probe fails as it was told to");
        }
        log.append(delivery.tx(), delivery.context(), new ContactTagged(event.contactId(), "traced", null, 2L));
    }

    /** A letter was written about it: the test gives it again. */
    private static boolean seen(Delivery delivery) {
        return delivery.tx()
                        .createQuery(
                                "SELECT count(*) FROM probe.effects WHERE tenant_id = :tenant AND contact_id = 'redeliver'")
                        .bind("tenant", delivery.tenantId())
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    @Singleton
    @Named(SECOND)
    DurableConsumer second() {
        return DurableConsumer.of(ProbeModule.NAME, SECOND)
                .subjects("contact.tagged")
                .onBatch(deliveries -> {})
                .build();
    }

    /** Creates a contact for a caller, as a service would. */
    @Controller("/api/probe/traced")
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Secured(SecurityRule.IS_AUTHENTICATED)
    @Requires(property = "probe.traces", value = "true")
    static class TracedController {
        private final Database database;
        private final EventLog log;

        TracedController(Database database, @Named(ProbeModule.NAME) EventLog log) {
            this.database = database;
            this.log = log;
        }

        @Post("/{contact}")
        @Status(HttpStatus.CREATED)
        void create(Caller caller, String contact, @QueryValue(defaultValue = "web") String source) {
            database.useTransaction(
                    caller.tenantId(), tx -> log.append(tx, caller.context(), ProbeModule.created(contact, source, 1)));
        }
    }
}
