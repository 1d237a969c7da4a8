package com.alumoutreach.segments;

import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.segments.membership.ContactProjection;
import com.alumoutreach.segments.membership.EngagementProjection;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** The service on one screen: schema {@code segments}, publishes {@code segment.>}, listens to what happens to contacts
 * and to messages. */
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
                .batchSize(1_000)
                .onBatch(projection::on)
                .build();
    }

    @Singleton
    @Named("SEGMENTS_ENGAGEMENT_CONSUMER")
    DurableConsumer engagements(EngagementProjection projection) {
        return DurableConsumer.of(NAME, "SEGMENTS_ENGAGEMENT_CONSUMER")
                .subjects(
                        "pipeline.message.sent",
                        "pipeline.message.delivered",
                        "pipeline.message.opened",
                        "pipeline.message.clicked",
                        "inbox.message.received")
                .batchSize(500)
                .onBatch(projection::on)
                .build();
    }
}
