package com.alumoutreach.pipeline;

import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.contracts.contact.ContactConsentGranted;
import com.alumoutreach.contracts.contact.ContactConsentRevoked;
import com.alumoutreach.contracts.work.SendMessage;
import com.alumoutreach.pipeline.message.ConsentCopies;
import com.alumoutreach.pipeline.message.MessageQueue;
import com.alumoutreach.pipeline.sending.SenderFactory;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/**
 * The service on one screen: schema {@code pipeline}, publishes {@code pipeline.message.>}, takes {@code work.message.send},
 * listens to {@code contact.consent.>}.
 * Four senders, each with a connection of its own to the mail server.
 */
@Factory
public final class PipelineModule {
    public static final String NAME = "pipeline";

    @Singleton
    @Named(NAME)
    ServiceModule module() {
        return new ServiceModule(NAME);
    }

    @Singleton
    @Named("PIPELINE_SEND_CONSUMER")
    DurableConsumer commands(MessageQueue queue) {
        return DurableConsumer.of(NAME, "PIPELINE_SEND_CONSUMER").stream(EventStream.WORK)
                .subjects("work.message.send")
                .on(SendMessage.class, queue::on)
                .build();
    }

    @Singleton
    @Named("PIPELINE_CONSENT_CONSUMER")
    DurableConsumer consents(ConsentCopies copies) {
        return DurableConsumer.of(NAME, "PIPELINE_CONSENT_CONSUMER")
                .subjects("contact.consent.>")
                .on(ContactConsentGranted.class, copies::on)
                .on(ContactConsentRevoked.class, copies::on)
                .build();
    }

    @Singleton
    @Named("sender-1")
    BackgroundWork sender1(SenderFactory senders) {
        return senders.sender(1);
    }

    @Singleton
    @Named("sender-2")
    BackgroundWork sender2(SenderFactory senders) {
        return senders.sender(2);
    }

    @Singleton
    @Named("sender-3")
    BackgroundWork sender3(SenderFactory senders) {
        return senders.sender(3);
    }

    @Singleton
    @Named("sender-4")
    BackgroundWork sender4(SenderFactory senders) {
        return senders.sender(4);
    }
}
