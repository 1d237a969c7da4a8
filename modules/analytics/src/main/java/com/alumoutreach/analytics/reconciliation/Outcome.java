package com.alumoutreach.analytics.reconciliation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a comparison found.
 *
 * @param compared events in the logs
 * @param missing of them in ClickHouse, before they were given again
 * @param surplus events of the services in ClickHouse that are in no log
 * @param replayed events that were given to ClickHouse again
 * @param remaining of the missing ones, at the end
 * @param incomplete services that did not answer; of them nothing is known
 * @param differences hour by hour, the first of them
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
record Outcome(
        long compared,
        long missing,
        long surplus,
        long replayed,
        long remaining,
        List<String> incomplete,
        boolean agreed,
        List<Difference> differences) {
    /** Hours that an outcome names, and ids of each kind that an hour names. */
    static final int MAX_DIFFERENCES = 500;

    static final int MAX_IDS = 20;

    /**
     * An hour in which a service's log and ClickHouse were not the same.
     *
     * @param missingIds the first of them
     * @param surplusIds the first of them
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Difference(
            String service,
            String tenantId,
            Instant hour,
            long missing,
            long surplus,
            long remaining,
            List<UUID> missingIds,
            List<UUID> surplusIds) {}
}
