package com.alumoutreach.analytics.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;

/**
 * What became of messages, divided by one thing. Events count once each; opened and clicked count messages, not how often. Counts are of
 * all that happened in that time, also to messages that were sent before it.
 *
 * @param rows most messages first
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
record Report(
        String report,
        Instant from,
        Instant to,
        List<Row> rows,
        Instant asOf,
        @Nullable Instant lastEventAt) {
    /**
     * @param name null where there is none
     * @param leads persons who were sent a message in that time
     * @param opened by persons; {@code openedByMachines} by mail servers and scanners
     * @param replies all of them, but for automatic ones
     * @param replied leads who replied at or after their first message of that time
     * @param unsubscribed leads who revoked consent at or after that, imports apart
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Row(
            String id,
            @Nullable String name,
            long queued,
            long sent,
            long leads,
            long delivered,
            long opened,
            long openedByMachines,
            long clicked,
            long clickedByMachines,
            long replies,
            long replied,
            long bounced,
            long failed,
            long complained,
            long unsubscribed,
            Rates rates) {}

    /**
     * Shares from 0 to 1, of four digits; 0 where there is nothing to divide by.
     *
     * @param delivered of the messages sent in that time, those to which it happened in that time, as are opened, clicked, bounced and complained
     * @param failed of those sent or failed
     * @param replied of the leads, as is unsubscribed
     */
    @Serdeable
    record Rates(
            double delivered,
            double opened,
            double clicked,
            double bounced,
            double complained,
            double failed,
            double replied,
            double unsubscribed) {}
}
