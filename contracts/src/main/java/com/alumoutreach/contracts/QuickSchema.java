package com.alumoutreach.contracts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Says in a fraction of a validator's time that an object surely fits its schema. Whatever it is not sure of, in the object or
 * in the schema, is for the validator to decide: the two cannot disagree about what is refused.
 */
final class QuickSchema {
    private static final Set<String> KNOWN =
            Set.of("$schema", "title", "type", "additionalProperties", "properties", "required");
    private static final Set<String> KNOWN_OF_PROPERTY =
            Set.of("type", "maxLength", "minLength", "pattern", "format", "items");

    private final boolean understood;
    private final List<String> required = new ArrayList<>();
    private final Map<String, Property> properties = new HashMap<>();

    /** Kinds of JSON values. */
    private enum Kind {
        STRING,
        INTEGER,
        BOOLEAN,
        OBJECT,
        ARRAY,
        NULL,
        OTHER
    }

    QuickSchema(JsonNode schema) {
        boolean known = has(schema, KNOWN)
                && schema.path("type").asText().equals("object")
                && schema.path("additionalProperties").asBoolean(true);
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            known &= has(property.getValue(), KNOWN_OF_PROPERTY);
            properties.put(property.getKey(), new Property(property.getValue()));
        }
        schema.path("required").forEach(name -> required.add(name.textValue()));
        this.understood = known;
    }

    private static boolean has(JsonNode schema, Set<String> keywords) {
        return schema.properties().stream().allMatch(keyword -> keywords.contains(keyword.getKey()));
    }

    /** False says nothing. */
    boolean surelyFits(ObjectNode object) {
        if (!understood) {
            return false;
        }
        for (String name : required) {
            if (!object.has(name)) {
                return false;
            }
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            Property property = properties.get(field.getKey());
            if (property != null && !property.surelyFits(field.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** The same for an object that is read once; false says nothing. */
    boolean surelyFits(JsonParser object) throws IOException {
        if (!understood || object.nextToken() != JsonToken.START_OBJECT) {
            return false;
        }
        int missing = required.size();
        while (object.nextToken() == JsonToken.FIELD_NAME) {
            String name = object.currentName();
            object.nextToken();
            missing -= required.contains(name) ? 1 : 0;
            Property property = properties.get(name);
            if (property == null) {
                object.skipChildren();
            } else if (!property.surelyFits(object)) {
                return false;
            }
        }
        return missing == 0;
    }

    private static final class Property {
        private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        private final Pattern pattern;
        private final int minLength;
        private final int maxLength;
        private final Set<Kind> items = EnumSet.noneOf(Kind.class);

        Property(JsonNode schema) {
            addKinds(schema.path("type"), kinds);
            JsonNode ofItems = schema.path("items");
            addKinds(ofItems.path("type"), items);
            if (!has(ofItems, Set.of("type"))) {
                items.clear();
            }
            this.pattern = Pattern.compile(schema.path("pattern").asText());
            this.minLength = schema.path("minLength").asInt(0);
            this.maxLength = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        }

        private static void addKinds(JsonNode type, Set<Kind> kinds) {
            if (type.isTextual()) {
                kinds.add(named(type.textValue()));
            }
            type.forEach(each -> kinds.add(named(each.asText())));
        }

        private static Kind named(String type) {
            return switch (type) {
                case "string" -> Kind.STRING;
                case "integer" -> Kind.INTEGER;
                case "boolean" -> Kind.BOOLEAN;
                case "object" -> Kind.OBJECT;
                case "array" -> Kind.ARRAY;
                case "null" -> Kind.NULL;
                default -> Kind.OTHER;
            };
        }

        private static Kind of(JsonNode value) {
            return switch (value.getNodeType()) {
                case STRING -> Kind.STRING;
                case NUMBER -> value.isIntegralNumber() ? Kind.INTEGER : Kind.OTHER;
                case BOOLEAN -> Kind.BOOLEAN;
                case OBJECT -> Kind.OBJECT;
                case ARRAY -> Kind.ARRAY;
                case NULL -> Kind.NULL;
                default -> Kind.OTHER;
            };
        }

        boolean surelyFits(JsonNode value) {
            Kind kind = of(value);
            if (kind == Kind.OTHER || !kinds.contains(kind)) {
                return false;
            }
            return switch (kind) {
                case STRING -> fits(value.textValue());
                case ARRAY -> itemsFit(value);
                default -> true;
            };
        }

        private static Kind of(JsonToken token) {
            return switch (token) {
                case VALUE_STRING -> Kind.STRING;
                case VALUE_NUMBER_INT -> Kind.INTEGER;
                case VALUE_TRUE, VALUE_FALSE -> Kind.BOOLEAN;
                case START_OBJECT -> Kind.OBJECT;
                case START_ARRAY -> Kind.ARRAY;
                case VALUE_NULL -> Kind.NULL;
                default -> Kind.OTHER;
            };
        }

        /** Leaves the reader at the end of the value. */
        boolean surelyFits(JsonParser value) throws IOException {
            Kind kind = of(value.currentToken());
            if (kind == Kind.OTHER || !kinds.contains(kind)) {
                return false;
            }
            if (kind == Kind.STRING) {
                return fits(value.getText());
            }
            if (kind == Kind.OBJECT) {
                value.skipChildren();
            }
            if (kind == Kind.ARRAY) {
                for (JsonToken item = value.nextToken(); item != JsonToken.END_ARRAY; item = value.nextToken()) {
                    if (!items.contains(of(item))) {
                        return false;
                    }
                    value.skipChildren();
                }
            }
            return true;
        }

        /** A text has at least as many chars as characters in the schema's sense, and at most twice as many. */
        private boolean fits(String text) {
            return text.length() <= maxLength
                    && text.length() >= 2 * minLength - 1
                    && (pattern.pattern().isEmpty() || pattern.matcher(text).find());
        }

        private boolean itemsFit(JsonNode array) {
            for (JsonNode item : array) {
                if (!items.contains(of(item))) {
                    return false;
                }
            }
            return true;
        }
    }
}
