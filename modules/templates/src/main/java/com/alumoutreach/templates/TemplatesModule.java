package com.alumoutreach.templates;

import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** The service on one screen: schema {@code templates}, publishes {@code template.>}, listens to nothing. */
@Factory
public final class TemplatesModule {
    public static final String NAME = "templates";

    @Singleton
    @Named(NAME)
    ServiceModule module() {
        return new ServiceModule(NAME);
    }
}
