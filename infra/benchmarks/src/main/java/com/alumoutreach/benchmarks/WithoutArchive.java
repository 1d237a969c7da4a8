package com.alumoutreach.benchmarks;

import com.alumoutreach.analytics.AnalyticsModule;
import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.consuming.RawBatchHandler;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;

/** Where there is no ClickHouse, the archive would read every event, and give it back, all the time. */
@Factory
@Requires(property = WithoutArchive.PROPERTY, value = "false")
final class WithoutArchive {
    static final String PROPERTY = "alum.bench.archive";

    /** Listens to next to nothing. */
    @Singleton
    @Named(IngestBenchmark.DURABLE)
    @Replaces(bean = DurableConsumer.class, factory = AnalyticsModule.class)
    DurableConsumer ingest() {
        return DurableConsumer.of(AnalyticsModule.NAME, IngestBenchmark.DURABLE)
                .subjects("analytics.>")
                .archive(new RawBatchHandler<RawBatchHandler.ArchivedEvent>() {
                    @Override
                    public RawBatchHandler.ArchivedEvent read(RawBatchHandler.ArchivedEvent event) {
                        return event;
                    }

                    @Override
                    public void store(List<RawBatchHandler.ArchivedEvent> batch) {
                        // Nobody asks for them here.
                    }
                })
                .build();
    }
}
