package com.alumoutreach.backbone.monitoring;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.io.File;

/** {@code disk_free_bytes} and {@code disk_total_bytes} of the disk that the service runs on. */
@Factory
final class DiskFigures {
    @Singleton
    MeterBinder disk() {
        return new DiskSpaceMetrics(new File("."));
    }
}
