package com.alumoutreach.analytics;

import com.alumoutreach.analytics.ingesting.EventArchive;
import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** Declares the module: it owns the ClickHouse archive, publishes what outside automations tell ({@code outreach.>}), listens to everything. */
@Factory
public final class AnalyticsModule {
    public static final String NAME = "analytics";
    private static final String INGEST = "ANALYTICS_INGEST_CONSUMER";

    /**
     * ClickHouse likes few large inserts. What is read of a batch and of the next one lies on the heap, about 3 KB an event: a young
     * generation that does not hold both makes the collector copy them again and again.
     */
    public static final int BATCH_SIZE = 10_000;

    @Singleton
    @Named(NAME)
    ServiceModule module() {
        return new ServiceModule(NAME);
    }

    /** Without a subjects filter: one that matches everything would cost the server a third of its speed. */
    @Singleton
    @Named(INGEST)
    DurableConsumer ingest(EventArchive archive) {
        return DurableConsumer.of(NAME, INGEST)
                .batchSize(BATCH_SIZE)
                .archive(archive)
                .build();
    }
}
