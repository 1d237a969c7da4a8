package com.alumoutreach.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gate between a released schema and its successor: within a major version, adding an optional field is the only change
 * that no reader and no writer can notice.
 */
final class SchemaCompatibility {
    /** Bounds that may not change: tighter ones refuse old events, wider ones overflow old readers. */
    private static final List<String> BOUNDS =
            List.of("enum", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "items");

    private SchemaCompatibility() {}

    /** @return what breaks, one line each; empty when every released event is still valid and understood */
    static List<String> breaks(Map<String, ObjectNode> released, Map<String, ObjectNode> current) {
        List<String> found = new ArrayList<>();
        released.forEach((name, schema) -> {
            ObjectNode now = successor(name, current);
            if (now == null) {
                found.add(name + ": removed");
            } else {
                compare(name, schema, now, found);
            }
        });
        return found;
    }

    /** Of the same subject and major version: 1.1 has to hold what 1.0 promised. */
    private static @Nullable ObjectNode successor(String name, Map<String, ObjectNode> current) {
        String major = name.substring(0, name.indexOf('.', name.indexOf('/')) + 1);
        return current.entrySet().stream()
                .filter(schema -> schema.getKey().startsWith(major))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private static void compare(String name, JsonNode released, JsonNode now, List<String> found) {
        released.path("properties").properties().forEach(field -> {
            JsonNode successor = now.path("properties").path(field.getKey());
            String path = name + "." + field.getKey();
            if (successor.isMissingNode()) {
                found.add(path + ": removed or renamed");
            } else {
                compareField(path, field.getValue(), successor, found);
            }
        });
        Set<String> required = texts(now.path("required"));
        required.removeAll(texts(released.path("required")));
        required.forEach(field -> found.add(name + "." + field + ": newly required"));
        Set<String> loosened = texts(released.path("required"));
        loosened.removeAll(texts(now.path("required")));
        loosened.forEach(field -> found.add(name + "." + field + ": no longer required, readers rely on it"));
    }

    private static void compareField(String path, JsonNode released, JsonNode now, List<String> found) {
        if (!texts(released.path("type")).equals(texts(now.path("type")))) {
            found.add(path + ": retyped from " + released.path("type") + " to " + now.path("type"));
        }
        for (String bound : BOUNDS) {
            if (!released.path(bound).equals(now.path(bound))) {
                found.add(path + ": " + bound + " changed from " + released.path(bound) + " to " + now.path(bound));
            }
        }
        compare(path, released, now, found);
    }

    private static Set<String> texts(JsonNode node) {
        Set<String> result = new HashSet<>();
        if (node.isTextual()) {
            result.add(node.textValue());
        }
        node.forEach(element -> result.add(element.asText()));
        return result;
    }
}
