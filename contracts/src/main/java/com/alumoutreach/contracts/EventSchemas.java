package com.alumoutreach.contracts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Checks JSON against the checked-in schemas ({@code schemas/<subject>/<version>.json}). */
final class EventSchemas {
    private static final int REPORTED = 3;
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Map<String, Compiled> COMPILED = new ConcurrentHashMap<>();

    private EventSchemas() {}

    /** @param quick answers for nearly all; the validator finds out what is wrong */
    private record Compiled(QuickSchema quick, Schema validator) {}

    static void checkEnvelope(ObjectNode envelope) {
        check("envelope/1.0", envelope, InvalidEventException.MALFORMED, "Not an event envelope");
        refuseNul(envelope, InvalidEventException.MALFORMED);
    }

    static void checkData(EventType type, ObjectNode data) {
        check(type.subject() + "/" + type.version(), data, InvalidEventException.INVALID_DATA, type.subject());
        refuseNul(data, InvalidEventException.INVALID_DATA);
    }

    /** Whether JSON that we have written ourselves fits, and has no U+0000; false says nothing. */
    static boolean surelyFits(EventType type, String json) {
        if (json.contains("\\u0000")) {
            return false;
        }
        try (JsonParser parser = EventCodec.mapper().getFactory().createParser(json)) {
            return COMPILED.computeIfAbsent(type.subject() + "/" + type.version(), EventSchemas::compile)
                    .quick()
                    .surelyFits(parser);
        } catch (IOException e) {
            return false;
        }
    }

    private static void check(String name, ObjectNode json, String code, String what) {
        Compiled schema = COMPILED.computeIfAbsent(name, EventSchemas::compile);
        if (schema.quick().surelyFits(json)) {
            return;
        }
        List<com.networknt.schema.Error> errors = schema.validator().validate(json);
        if (!errors.isEmpty()) {
            String details =
                    errors.stream().limit(REPORTED).map(Object::toString).collect(Collectors.joining("; "));
            throw new InvalidEventException(code, what + ": " + details);
        }
    }

    /** Postgres can store U+0000 neither in a text nor in jsonb, so an event with one could not be kept. */
    private static void refuseNul(JsonNode json, String code) {
        if (json.isTextual()) {
            refuseNul(json.textValue(), code);
        }
        json.properties().forEach(field -> {
            refuseNul(field.getKey(), code);
            refuseNul(field.getValue(), code);
        });
        if (json.isArray()) {
            json.forEach(element -> refuseNul(element, code));
        }
    }

    private static void refuseNul(String text, String code) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidEventException(code, "Texts must not contain U+0000");
        }
    }

    private static Compiled compile(String name) {
        try (InputStream in = EventSchemas.class.getResourceAsStream("/schemas/" + name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("The schema " + name + " is missing from the jar");
            }
            JsonNode schema = EventCodec.mapper().readTree(in);
            return new Compiled(new QuickSchema(schema), REGISTRY.getSchema(schema));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
