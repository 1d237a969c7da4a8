package com.alumoutreach.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The gate bites at each kind of breaking change, and at nothing else. */
class SchemaCompatibilityTest {
    private static final String NAME = "contact.created/1.0";

    @Test
    void anAddedOptionalFieldPasses() {
        assertThat(breaks(schema -> properties(schema).putObject("nickname").put("type", "string")))
                .isEmpty();
    }

    @Test
    void aNewMinorVersionHasToHoldWhatTheReleasedOnePromised() {
        ObjectNode schema = Objects.requireNonNull(released().get(NAME));
        assertThat(SchemaCompatibility.breaks(released(), Map.of("contact.created/1.1", schema)))
                .isEmpty();
        properties(schema).remove("phone");
        assertThat(SchemaCompatibility.breaks(released(), Map.of("contact.created/1.1", schema)))
                .containsExactly(NAME + ".phone: removed or renamed");
    }

    @Test
    void anotherMajorVersionIsNoSuccessor() {
        assertThat(SchemaCompatibility.breaks(
                        released(),
                        Map.of(
                                "contact.created/2.0",
                                Objects.requireNonNull(released().get(NAME)))))
                .containsExactly(NAME + ": removed");
    }

    @Test
    void aRemovedFieldIsRefused() {
        assertThat(breaks(schema -> properties(schema).remove("phone")))
                .singleElement()
                .asString()
                .contains("removed");
    }

    @Test
    void aRenamedFieldIsRefused() {
        assertThat(breaks(schema ->
                        properties(schema).set("mail", properties(schema).remove("email"))))
                .anyMatch(line -> line.contains("email: removed or renamed"));
    }

    @Test
    void aRetypedFieldIsRefused() {
        assertThat(breaks(schema -> ((ObjectNode) properties(schema).get("phone")).put("type", "integer")))
                .anyMatch(line -> line.contains("retyped"));
    }

    @Test
    void anAdditionalRequiredFieldIsRefused() {
        assertThat(breaks(schema -> schema.withArray("required").add("phone")))
                .anyMatch(line -> line.contains("newly required"));
    }

    @Test
    void aNarrowedEnumIsRefused() {
        Map<String, ObjectNode> released = released();
        ((ObjectNode) properties(released.get(NAME)).get("source"))
                .putArray("enum")
                .add("web")
                .add("import");
        Map<String, ObjectNode> current = released();
        ((ObjectNode) properties(current.get(NAME)).get("source"))
                .putArray("enum")
                .add("web");
        assertThat(SchemaCompatibility.breaks(released, current)).anyMatch(line -> line.contains("enum changed"));
    }

    @Test
    void aTightenedBoundIsRefused() {
        assertThat(breaks(schema -> ((ObjectNode) properties(schema).get("email")).put("maxLength", 10)))
                .anyMatch(line -> line.contains("maxLength changed"));
    }

    @Test
    void aRemovedEventIsRefused() {
        assertThat(SchemaCompatibility.breaks(released(), Map.of())).containsExactly(NAME + ": removed");
    }

    private static List<String> breaks(Consumer<ObjectNode> change) {
        Map<String, ObjectNode> current = released();
        change.accept(current.get(NAME));
        return SchemaCompatibility.breaks(released(), current);
    }

    private static Map<String, ObjectNode> released() {
        return Map.of(
                NAME,
                SchemaGenerator.schema(EventCatalog.find("contact.created").orElseThrow()));
    }

    private static ObjectNode properties(@Nullable ObjectNode schema) {
        return (ObjectNode) Objects.requireNonNull(schema).get("properties");
    }
}
