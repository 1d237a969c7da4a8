package com.alumoutreach.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the quick check lets pass, a validator of the whole standard lets pass as well. */
class QuickSchemaTest {
    private static final int OBJECTS_A_SCHEMA = 300;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final Random random = new Random(1);

    @Test
    void nothingPassesThatAValidatorRefuses() throws IOException {
        List<ObjectNode> schemas = schemas();
        int sure = 0;
        int unsureAndRight = 0;
        int wrong = 0;
        for (ObjectNode schema : schemas) {
            QuickSchema quick = new QuickSchema(schema);
            Schema validator = REGISTRY.getSchema(schema);
            for (int i = 0; i < OBJECTS_A_SCHEMA; i++) {
                ObjectNode object = object(schema);
                boolean fits = validator.validate(object).isEmpty();
                assertThat(surelyFitsAsText(quick, object)).isEqualTo(quick.surelyFits(object));
                if (quick.surelyFits(object)) {
                    sure++;
                    assertThat(fits).as("%s of %s", object, schema.get("title")).isTrue();
                } else if (fits) {
                    unsureAndRight++;
                } else {
                    wrong++;
                }
            }
        }
        assertThat(sure).as("what both let pass").isGreaterThan(schemas.size() * 10);
        assertThat(wrong).as("what both refuse").isGreaterThan(schemas.size() * 10);
        assertThat(unsureAndRight).as("what only takes longer").isLessThan(sure / 4);
    }

    private static boolean surelyFitsAsText(QuickSchema quick, ObjectNode object) throws IOException {
        try (JsonParser text = EventCodec.mapper().getFactory().createParser(object.toString())) {
            return quick.surelyFits(text);
        }
    }

    @Test
    void aKeywordThatItDoesNotKnowMakesItUnsure() {
        ObjectNode schema = schemas().getFirst().deepCopy();
        ObjectNode object = JSON.objectNode();
        schema.path("required").forEach(name -> object.put(name.textValue(), "x"));
        assertThat(new QuickSchema(schema).surelyFits(object)).isTrue();
        schema.put("maxProperties", 1);
        assertThat(new QuickSchema(schema).surelyFits(object)).isFalse();
    }

    private static List<ObjectNode> schemas() {
        List<ObjectNode> schemas = new ArrayList<>();
        EventCatalog.all().forEach(type -> schemas.add(SchemaGenerator.schema(type)));
        schemas.add(SchemaGenerator.envelope());
        return schemas;
    }

    /** Mostly what the schema asks for, so that many fit. */
    private ObjectNode object(ObjectNode schema) {
        ObjectNode object = JSON.objectNode();
        schema.path("properties").properties().forEach(property -> {
            if (random.nextInt(20) > 0) {
                object.set(
                        property.getKey(),
                        random.nextInt(25) == 0 ? anything() : fitting(property.getValue(), property.getKey()));
            }
        });
        if (random.nextInt(10) == 0) {
            object.set("unknown", anything());
        }
        return object;
    }

    private JsonNode fitting(JsonNode property, String name) {
        JsonNode type = property.path("type");
        String wanted = type.isTextual()
                ? type.textValue()
                : type.path(random.nextInt(type.size())).textValue();
        return switch (wanted) {
            case "string" -> JSON.textNode(name.equals("version") ? "1.0" : text());
            case "integer" -> random.nextInt(10) == 0 ? JSON.numberNode(3.0) : JSON.numberNode(random.nextLong());
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "array" -> array();
            case "object" -> JSON.objectNode();
            default -> JSON.nullNode();
        };
    }

    private ArrayNode array() {
        ArrayNode array = JSON.arrayNode();
        for (int i = random.nextInt(3); i > 0; i--) {
            array.add(random.nextInt(15) == 0 ? anything() : JSON.textNode(text()));
        }
        return array;
    }

    private JsonNode anything() {
        return switch (random.nextInt(7)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.numberNode(1.5);
            case 2 -> JSON.numberNode(7);
            case 3 -> JSON.booleanNode(true);
            case 4 -> JSON.arrayNode().add(1);
            case 5 -> JSON.objectNode().put("a", 1);
            default -> JSON.textNode(text());
        };
    }

    /** Also empty, around the longest id, and with characters of two chars. */
    private String text() {
        return switch (random.nextInt(12)) {
            case 0 -> "";
            case 1 -> "x".repeat(120 + random.nextInt(16));
            case 2 -> "🎈".repeat(120 + random.nextInt(16));
            case 3 -> "🎈".repeat(60 + random.nextInt(10));
            case 4 -> "1.0\n";
            default -> "text";
        };
    }
}
