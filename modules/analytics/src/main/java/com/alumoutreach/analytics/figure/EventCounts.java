package com.alumoutreach.analytics.figure;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * @param total over all types
 * @param counts empty, not missing, before the first event
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
record EventCounts(long total, List<TypeCount> counts) {
    @Serdeable
    record TypeCount(String type, long count) {}
}
