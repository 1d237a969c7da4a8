package com.alumoutreach.backbone.deadletter;

import com.alumoutreach.backbone.tracing.TraceParent;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event that one durable gave up on.
 *
 * @param position its place in the dead-letter stream, from 1; its identity for show, redeliver and discard
 * @param durable who gave up; only this consumer gets it when it is redelivered
 * @param subject the event's own subject
 * @param stream where the event came from, and at which {@code streamPosition}
 * @param tenantId null when the event was no readable envelope; then only the platform's admins see it
 * @param originalEvent the event as it came: JSON, or a JSON text when it was none
 * @param stack the first lines of the failure's stack trace
 */
@Serdeable
public record DeadLetter(
        long position,
        String durable,
        String subject,
        String stream,
        long streamPosition,
        @Nullable String tenantId,
        @Nullable String eventId,
        String errorCode,
        String errorMessage,
        int attempts,
        Instant firstAttempt,
        Instant lastAttempt,
        Instant storedAt,
        List<String> stack,
        @Nullable String originalEvent) {

    /** Without the event and the stack, for lists. */
    DeadLetter summary() {
        return new DeadLetter(
                position,
                durable,
                subject,
                stream,
                streamPosition,
                tenantId,
                eventId,
                errorCode,
                errorMessage,
                attempts,
                firstAttempt,
                lastAttempt,
                storedAt,
                List.of(),
                null);
    }

    /** What a consumer knows when it gives up. */
    public record Draft(
            String durable,
            String stream,
            long streamPosition,
            String subject,
            byte[] body,
            String errorCode,
            @Nullable Exception failure,
            int attempts,
            Instant firstAttempt,
            Instant lastAttempt,
            @Nullable TraceParent traceParent) {}
}
