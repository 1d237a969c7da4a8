package com.alumoutreach.contracts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Writes JSON Schemas (2020-12) from the records, so that the two cannot disagree. */
final class SchemaGenerator {
    /** No text of an event is longer; a message has at most 1 MiB anyway. */
    static final int MAX_TEXT = 262_144;

    static final int MAX_ID = 128;
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private SchemaGenerator() {}

    static ObjectNode schema(EventType type) {
        ObjectNode schema = object(type.subject() + " " + type.version());
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = EventCodec.mapper().createArrayNode();
        for (RecordComponent component : type.recordType().getRecordComponents()) {
            boolean needed = component.isAnnotationPresent(Required.class);
            properties.set(component.getName(), property(component, needed));
            if (needed) {
                required.add(component.getName());
            }
        }
        schema.set("required", required);
        return schema;
    }

    static ObjectNode envelope() {
        ObjectNode schema = object("Event envelope 1.0");
        ObjectNode properties = schema.putObject("properties");
        nullable(properties.putObject("id"), "string").put("format", "uuid").put("maxLength", 36);
        nullable(properties.putObject("type"), "string").put("maxLength", 64);
        properties.putObject("version").put("type", "string").put("pattern", "^[0-9]{1,4}\\.[0-9]{1,4}$");
        properties.putObject("source").put("type", "string").put("minLength", 1).put("maxLength", 64);
        properties
                .putObject("timestamp")
                .put("type", "string")
                .put("format", "date-time")
                .put("maxLength", 40);
        id(properties.putObject("tenantId"));
        id(properties.putObject("correlationId"));
        nullable(properties.putObject("causationId"), "string")
                .put("format", "uuid")
                .put("maxLength", 36);
        nullable(properties.putObject("actor"), "object");
        nullable(properties.putObject("entity"), "object");
        properties.putObject("data").put("type", "object");
        ArrayNode required = schema.putArray("required");
        List.of("version", "source", "timestamp", "tenantId", "correlationId", "data")
                .forEach(required::add);
        return schema;
    }

    private static ObjectNode object(String title) {
        ObjectNode schema = EventCodec.mapper().createObjectNode();
        schema.put("$schema", DIALECT);
        schema.put("title", title);
        schema.put("type", "object");
        schema.put("additionalProperties", true);
        return schema;
    }

    private static ObjectNode property(RecordComponent component, boolean required) {
        ObjectNode property = EventCodec.mapper().createObjectNode();
        Class<?> type = component.getType();
        if (type == String.class) {
            type(property, "string", required);
            boolean id = component.getName().endsWith("Id");
            property.put("maxLength", id ? MAX_ID : MAX_TEXT);
            if (required) {
                property.put("minLength", 1);
            }
        } else if (type == Long.class) {
            type(property, "integer", required);
        } else if (type == Boolean.class) {
            type(property, "boolean", required);
        } else if (type == Instant.class) {
            type(property, "string", required).put("format", "date-time");
        } else if (type == List.class) {
            type(property, "array", required).putObject("items").put("type", "string");
        } else if (type == Map.class) {
            type(property, "object", required);
        } else {
            throw new IllegalStateException("No schema for " + component);
        }
        return property;
    }

    private static ObjectNode type(ObjectNode property, String type, boolean required) {
        return required ? property.put("type", type) : nullable(property, type);
    }

    private static ObjectNode nullable(ObjectNode property, String type) {
        property.putArray("type").add(type).add("null");
        return property;
    }

    private static void id(ObjectNode property) {
        property.put("type", "string").put("minLength", 1).put("maxLength", MAX_ID);
    }
}
