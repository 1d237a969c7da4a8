package com.alumoutreach.analytics.figure;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** @param total over all types */
@Serdeable
record EventCounts(long total, List<TypeCount> counts) {
    @Serdeable
    record TypeCount(String type, long count) {}
}
