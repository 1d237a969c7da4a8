package com.alumoutreach.benchmarks;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.contact.ContactCreated;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.util.StringUtils;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;

/** A service of nothing but a log, a table, and durables that write one row for each event. */
@Factory
final class BenchModule {
    static final String NAME = "bench";
    static final String TENANT = "tenant-bench";
    static final String BATCHES = "BENCH_BATCH_CONSUMER";
    static final String SINGLE = "BENCH_SINGLE_CONSUMER";

    /** What modules take that handle many at once, for example segments. */
    static final int BATCH = 500;

    /** The one statement that every variant executes for its rows. */
    static final String UPSERT = """
            INSERT INTO bench.contacts (tenant_id, contact_id, email, source, version)
            SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[])
            ON CONFLICT (tenant_id, contact_id) DO UPDATE SET email = EXCLUDED.email, source = EXCLUDED.source,
              version = EXCLUDED.version WHERE bench.contacts.version < EXCLUDED.version""";

    static final String UPSERT_ONE = """
            INSERT INTO bench.contacts (tenant_id, contact_id, email, source, version) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (tenant_id, contact_id) DO UPDATE SET email = EXCLUDED.email, source = EXCLUDED.source,
              version = EXCLUDED.version WHERE bench.contacts.version < EXCLUDED.version""";

    @Singleton
    @Named(NAME)
    ServiceModule module() {
        return new ServiceModule(NAME);
    }

    @Singleton
    @Named(BATCHES)
    @Requires(property = "alum.bench.durables", notEquals = StringUtils.FALSE)
    DurableConsumer batches() {
        return DurableConsumer.of(NAME, BATCHES)
                .subjects("contact.>")
                .batchSize(BATCH)
                .onBatch(BenchModule::on)
                .build();
    }

    @Singleton
    @Named(SINGLE)
    @Requires(property = "alum.bench.durables", notEquals = StringUtils.FALSE)
    DurableConsumer single() {
        return DurableConsumer.of(NAME, SINGLE)
                .subjects("contact.>")
                .batchSize(BATCH)
                .on(ContactCreated.class, BenchModule::on)
                .build();
    }

    /** A new contact in an event of about {@link FilledLog#PAYLOAD_BYTES}. */
    static ContactCreated created() {
        return new ContactCreated(
                EventIds.next().toString(),
                "ada@example.com",
                null,
                "bench",
                null,
                "x".repeat(FilledLog.FILLER),
                null,
                null,
                1L,
                null,
                null,
                null,
                null);
    }

    private static void on(List<Delivery> deliveries) throws Exception {
        try (var upsert = deliveries.getFirst().tx().getConnection().prepareStatement(UPSERT)) {
            var postgres = upsert.getConnection();
            upsert.setArray(1, postgres.createArrayOf("text", column(deliveries, e -> TENANT)));
            upsert.setArray(2, postgres.createArrayOf("text", column(deliveries, ContactCreated::contactId)));
            upsert.setArray(3, postgres.createArrayOf("text", column(deliveries, ContactCreated::email)));
            upsert.setArray(4, postgres.createArrayOf("text", column(deliveries, ContactCreated::source)));
            upsert.setArray(5, postgres.createArrayOf("bigint", column(deliveries, ContactCreated::contactVersion)));
            upsert.executeUpdate();
        }
    }

    private static Object[] column(List<Delivery> deliveries, Function<ContactCreated, Object> field) {
        return deliveries.stream()
                .map(delivery -> field.apply((ContactCreated) delivery.event()))
                .toArray();
    }

    private static void on(ContactCreated event, Delivery delivery) throws Exception {
        try (var upsert = delivery.tx().getConnection().prepareStatement(UPSERT_ONE)) {
            upsert.setString(1, delivery.tenantId());
            upsert.setString(2, event.contactId());
            upsert.setString(3, event.email());
            upsert.setString(4, event.source());
            upsert.setObject(5, event.contactVersion());
            upsert.executeUpdate();
        }
    }
}
