package com.alumoutreach.contacts;

import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** The service on one screen: schema {@code contacts}, publishes {@code contact.>}, listens to nothing yet. */
@Factory
public final class ContactsModule {
    public static final String NAME = "contacts";

    @Singleton
    @Named(NAME)
    ServiceModule module() {
        return new ServiceModule(NAME);
    }
}
