package com.alumoutreach.backbone.module;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The time, as a bean that tests replace. */
@Factory
final class Clocks {
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }
}
