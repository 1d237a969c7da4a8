package com.alumoutreach.backbone.probe;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactTagged;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes an effect for each contact. Contacts of source {@code fail-N} fail N times first, those of {@code flaky-N} at their
 * first N attempts, whoever makes them; {@code halt-in-handler} and {@code
 * halt-after-commit} end the process there, where {@code probe.halt} allows it.
 */
@Factory
@Requires(property = "probe.enabled", value = "true")
public final class ProbeModule {
    public static final String NAME = "probe";
    public static final String TENANT = "tenant-a";
    public static final String DURABLE = "PROBE_CONTACT_CONSUMER";
    public static final String OTHER_DURABLE = "PROBE_OTHER_CONSUMER";
    private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
    private final boolean haltAllowed;
    private final boolean newer;

    /** @param version 2 is the service after an upgrade: other batches, and a column that version 1 does not know */
    ProbeModule(
            @Property(name = "probe.halt", defaultValue = "false") boolean haltAllowed,
            @Property(name = "probe.version", defaultValue = "1") int version) {
        this.haltAllowed = haltAllowed;
        this.newer = version == 2;
    }

    @Singleton
    @Named(NAME)
    ServiceModule module() {
        return new ServiceModule(NAME);
    }

    @Singleton
    @Named(DURABLE)
    DurableConsumer contacts() {
        return DurableConsumer.of(NAME, DURABLE)
                .subjects("contact.>")
                .batchSize(newer ? 20 : 50)
                .ackWait(Duration.ofSeconds(newer ? 3 : 2))
                .retryAfter(Duration.ofMillis(50), Duration.ofMillis(100))
                .on(ContactCreated.class, this::on)
                .build();
    }

    /** Has nothing to do with the first: what one durable gave up on must not come to the other again. */
    @Singleton
    @Named(OTHER_DURABLE)
    DurableConsumer others() {
        return DurableConsumer.of(NAME, OTHER_DURABLE)
                .subjects("contact.tagged")
                .on(ContactTagged.class, (event, delivery) -> effect(event.contactId(), delivery))
                .build();
    }

    private void on(ContactCreated event, Delivery delivery) {
        String source = String.valueOf(event.source());
        if (haltAllowed && source.equals("halt-in-handler")) {
            Runtime.getRuntime().halt(ProbeProcess.HALTED);
        }
        if (haltAllowed && source.equals("halt-after-commit")) {
            delivery.tx().afterCommit(() -> Runtime.getRuntime().halt(ProbeProcess.HALTED));
        }
        if (source.startsWith("flaky-")
                && delivery.attempt() <= Integer.parseInt(source.substring("flaky-".length()))) {
            throw new IllegalStateException("The probe is flaky as it was told to");
        }
        if (source.startsWith("fail-")) {
            int times = Integer.parseInt(source.substring("fail-".length()));
            int failed = failures.computeIfAbsent(event.contactId(), id -> new AtomicInteger())
                    .incrementAndGet();
            if (failed <= times) {
                throw new IllegalStateException("The probe fails as it was told to");
            }
        }
        effect(event.contactId(), delivery);
        if (newer) {
            delivery.tx()
                    .createUpdate(
                            "UPDATE probe.effects SET version = 2 WHERE event_id = :event AND tenant_id = :tenant")
                    .bind("event", delivery.envelope().id())
                    .bind("tenant", delivery.tenantId())
                    .execute();
        }
    }

    private static void effect(String contactId, Delivery delivery) {
        delivery.tx()
                .createUpdate("INSERT INTO probe.effects (tenant_id, contact_id, event_id, attempt)"
                        + " VALUES (:tenant, :contact, :event, :attempt)")
                .bind("tenant", delivery.tenantId())
                .bind("contact", contactId)
                .bind("event", delivery.envelope().id())
                .bind("attempt", delivery.attempt())
                .execute();
    }

    /** @param version of the contact, from 1 */
    public static ContactCreated created(String contact, String source, long version) {
        return new ContactCreated(
                contact, "ada@example.com", null, source, null, null, null, null, version, null, null, null, null);
    }

    /** The events that took effect for a contact, in the order in which they did. */
    public static List<UUID> effects(Database database, String contact) {
        return database.inSystemTransaction(tx -> tx.createQuery(
                        "SELECT event_id FROM probe.effects WHERE tenant_id = :tenant AND contact_id = :contact ORDER BY position")
                .bind("tenant", TENANT)
                .bind("contact", contact)
                .mapTo(UUID.class)
                .list());
    }
}
