package com.alumoutreach.analytics;

import com.alumoutreach.analytics.ingesting.EventArchive;
import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** Declares the module: it owns the ClickHouse archive, publishes nothing and listens to everything. */
@Factory
public final class AnalyticsModule {
    public static final String NAME = "analytics";
    private static final String INGEST = "ANALYTICS_INGEST_CONSUMER";

    /** ClickHouse likes few large inserts; of usual events a batch is about 10 MB on the heap, and the next one is read meanwhile. */
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
