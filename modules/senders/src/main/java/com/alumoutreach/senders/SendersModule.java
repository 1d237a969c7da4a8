package com.alumoutreach.senders;

import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** The service on one screen: schema {@code senders}, publishes {@code sender.settings.updated}, listens to nothing. */
@Factory
public final class SendersModule {
    public static final String NAME = "senders";

    @Singleton
    @Named(NAME)
    ServiceModule module() {
        return new ServiceModule(NAME);
    }
}
