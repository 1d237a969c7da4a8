package com.alumoutreach.backbone.probe;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.contracts.contact.ContactCreated;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes an effect for each contact; contacts of source {@code fail-N} fail N times first. */
@Factory
@Requires(property = "probe.enabled", value = "true")
public final class ProbeModule {
    public static final String NAME = "probe";
    public static final String DURABLE = "PROBE_CONTACT_CONSUMER";
    private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();

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
                .batchSize(50)
                .ackWait(Duration.ofSeconds(5))
                .retryAfter(Duration.ofMillis(50), Duration.ofMillis(100))
                .on(ContactCreated.class, this::on)
                .build();
    }

    private void on(ContactCreated event, Delivery delivery) {
        String source = String.valueOf(event.source());
        if (source.startsWith("fail-")) {
            int times = Integer.parseInt(source.substring("fail-".length()));
            int failed = failures.computeIfAbsent(event.contactId(), id -> new AtomicInteger())
                    .incrementAndGet();
            if (failed <= times) {
                throw new IllegalStateException("The probe fails as it was told to");
            }
        }
        delivery.tx()
                .createUpdate("INSERT INTO probe.effects (tenant_id, contact_id, event_id, attempt)"
                        + " VALUES (:tenant, :contact, :event, :attempt)")
                .bind("tenant", delivery.tenantId())
                .bind("contact", event.contactId())
                .bind("event", delivery.envelope().id())
                .bind("attempt", delivery.attempt())
                .execute();
    }
}
