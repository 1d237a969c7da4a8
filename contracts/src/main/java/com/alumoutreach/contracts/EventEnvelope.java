package com.alumoutreach.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as it travels.
 *
 * @param id UUIDv7; the same at every delivery
 * @param type the event type, which is the subject
 * @param version of the data's schema, {@code major.minor}
 * @param source who published it, for example {@code contacts-service}
 * @param timestamp when it happened, to the millisecond
 * @param causationId the event that this one is a consequence of
 * @param data the event's own fields, unknown ones included: they survive a round trip
 * @param extensions fields of the envelope that this version does not know
 */
public record EventEnvelope(
        UUID id,
        String type,
        String version,
        String source,
        Instant timestamp,
        String tenantId,
        String correlationId,
        @Nullable UUID causationId,
        @Nullable Actor actor,
        @Nullable EntityRef entity,
        ObjectNode data,
        Map<String, JsonNode> extensions) {}
