package com.alumoutreach.analytics.validation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A comparison of a tenant's figures as of a moment: replayed in memory, by ClickHouse, and by the event model's SQL on Postgres.
 *
 * @param events different raw events that were replayed
 * @param foreign of them, events that clients published straight to the stream, which no service's log has
 * @param unproven of those, events that are older than the stream, so that ClickHouse alone knows them
 * @param missing raw events that ClickHouse does not have, at most {@link #MOST_NAMED} of {@code missingCount}
 * @param surplus events in ClickHouse that are in no log and not in the stream, likewise
 * @param incomplete services that did not answer: without their events nothing is proven
 * @param settled false when events of the time before {@code asOf} went on arriving while it was compared: then a difference proves
 *     nothing, and it is to be asked for again
 * @param agreed all figures are the same, and nothing is missing, surplus or incomplete
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Validation(
        UUID id,
        String tenantId,
        Instant asOf,
        @Nullable Instant lastEventAt,
        long events,
        long foreign,
        long unproven,
        List<Figure> figures,
        long missingCount,
        List<Named> missing,
        long surplusCount,
        List<Named> surplus,
        List<String> incomplete,
        boolean settled,
        boolean agreed) {
    public static final int MOST_NAMED = 100;

    /** @param replayed null where that way has no such figure, as a campaign that it does not show */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Figure(
            String name,
            @Nullable String replayed,
            @Nullable String clickHouse,
            @Nullable String postgres,
            boolean agrees) {}

    /** An event by which the ways differ. */
    @Serdeable
    public record Named(UUID id, String type, Instant occurredAt) {}

    public long differences() {
        return figures.stream().filter(figure -> !figure.agrees()).count();
    }
}
