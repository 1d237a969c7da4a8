package com.alumoutreach.benchmarks;

import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** A service of nothing but a log, durables and a table. */
@Factory
final class BenchModule {
    static final String NAME = "bench";
    static final String TENANT = "tenant-bench";

    @Singleton
    @Named(NAME)
    ServiceModule module() {
        return new ServiceModule(NAME);
    }
}
