package com.alumoutreach.analytics.reconciliation;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.contact.ContactTagged;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.inject.qualifiers.Qualifiers;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Another service with a log of its own, beside analytics in one process. */
@Factory
@Requires(property = "test.contacts", value = "true")
final class ContactsLog {
    static final String NAME = "contacts";

    @Singleton
    @Named(NAME)
    ServiceModule module() {
        return new ServiceModule(NAME);
    }

    /** Events of now. */
    static List<UUID> append(RunningService service, String tenant, int count) {
        EventLog log = service.context().getBean(EventLog.class, Qualifiers.byName(NAME));
        EventContext context = EventContext.background(tenant, "tags", NAME);
        return service.database()
                .inTransaction(
                        tenant,
                        tx -> log.appendAll(
                                tx,
                                IntStream.range(0, count)
                                        .mapToObj(i -> new EventLog.Entry(
                                                context, new ContactTagged("contact-" + i, "tag", null, 1L)))
                                        .toList()));
    }

    /** Events that happened at another time, each a second after the other. */
    static void append(RunningService service, String tenant, Instant at, int count) {
        service.asOwner("""
                SELECT set_config('app.all_tenants', 'on', false);
                INSERT INTO contacts.system_events (id, org_id, event_type, occurred_at, actor_id, actor_type, primary_entity_id,
                  primary_entity_type, payload, correlation_id, source, version)
                SELECT gen_random_uuid(), '%s', 'contact.tagged', timestamptz '%s' + i * interval '1 second', 'a', 'user', 'c-' || i,
                  'contact', jsonb_build_object('contactId', 'c-' || i, 'tag', 'old'), 'corr', 'contacts-service', '1.0'
                FROM generate_series(0, %d - 1) i""".formatted(tenant, at, count));
    }
}
