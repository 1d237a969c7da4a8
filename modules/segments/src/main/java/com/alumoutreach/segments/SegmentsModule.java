package com.alumoutreach.segments;

import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.segments.membership.ContactProjection;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** The service on one screen: schema {@code segments}, publishes {@code segment.>}, listens to {@code contact.>}. */
@Factory
public final class SegmentsModule {
    public static final String NAME = "segments";

    @Singleton
    @Named(NAME)
    ServiceModule module() {
        return new ServiceModule(NAME);
    }

    @Singleton
    @Named("SEGMENTS_CONTACT_CONSUMER")
    DurableConsumer contacts(ContactProjection projection) {
        return DurableConsumer.of(NAME, "SEGMENTS_CONTACT_CONSUMER")
                .subjects("contact.>")
                .batchSize(500)
                .onBatch(projection::on)
                .build();
    }
}
