package com.alumoutreach.backbone.http;

import io.micronaut.core.type.Argument;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.Decoder;
import io.micronaut.serde.Deserializer;
import io.micronaut.serde.exceptions.SerdeException;
import jakarta.inject.Singleton;
import java.io.IOException;

/**
 * Truth values in a body are {@code true} or {@code false}. Serde takes any text but {@code "true"} for a no, and a dry run that was asked
 * for with {@code "yes"} would not be one.
 */
@Singleton
final class TruthValues implements Deserializer<Boolean> {
    @Override
    public Boolean deserialize(Decoder decoder, DecoderContext context, Argument<? super Boolean> type)
            throws IOException {
        JsonNode value = decoder.decodeNode();
        if (value.isBoolean()) {
            return value.getBooleanValue();
        }
        throw new SerdeException(type.getName() + " must be true or false");
    }
}
