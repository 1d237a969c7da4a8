package com.alumoutreach.segments.segment;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.type.TypeReference;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A segment as it is stored.
 *
 * @param evaluatingAfter the contact that the evaluation of all has come to; null when it is done
 */
public record Segment(
        UUID id,
        String tenantId,
        String name,
        Rule.Definition definition,
        long version,
        @Nullable String evaluatingAfter,
        String correlationId) {
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    Map<String, Object> definitionAsMap() {
        return EventCodec.mapper().convertValue(definition, MAP);
    }
}
