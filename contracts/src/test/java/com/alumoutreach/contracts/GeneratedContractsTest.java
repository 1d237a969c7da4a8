package com.alumoutreach.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checked-in schemas and documents are what the records say. {@code -Dcontracts.update=true} writes them anew. */
class GeneratedContractsTest {
    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Path CATALOGUE = Path.of("../docs/event-catalogue.md");
    private static final ObjectWriter PRETTY = EventCodec.mapper().writer().with(SerializationFeature.INDENT_OUTPUT);

    @Test
    void schemasAreGeneratedFromTheRecords() throws IOException {
        for (Map.Entry<String, ObjectNode> schema : current().entrySet()) {
            compare(RESOURCES.resolve("schemas/" + schema.getKey() + ".json"), json(schema.getValue()));
        }
    }

    @Test
    void asyncApiIsGeneratedFromTheRecords() throws IOException {
        compare(RESOURCES.resolve("asyncapi.json"), json(AsyncApi.document()));
    }

    @Test
    void catalogueIsGeneratedFromTheRecords() throws IOException {
        StringBuilder page = new StringBuilder(
                "# Event catalogue\n\nGenerated from `contracts`; do not edit. Fields with † are taken\n"
                        + "out of an event when the person is erased ([privacy](privacy.md)).\n");
        String domain = "";
        for (EventType type : EventCatalog.all()) {
            if (!type.domain().equals(domain)) {
                domain = type.domain();
                page.append("\n## ")
                        .append(domain)
                        .append(
                                "\n\n| subject | version | record | fields (bold: required; †: personal) |\n|---|---|---|---|\n");
            }
            page.append("| `%s` | %s | %s | %s |%n"
                    .formatted(type.subject(), type.version(), type.recordType().getSimpleName(), fields(type)));
        }
        compare(CATALOGUE, page.toString());
    }

    static List<Path> releases() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("released"))) {
            return folders.toList();
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void nothingBreaksARelease(Path release) throws IOException {
        Map<String, ObjectNode> released = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(release)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                String name =
                        release.relativize(file).toString().replace(".json", "").replace('\\', '/');
                released.put(name, (ObjectNode) EventCodec.mapper().readTree(file.toFile()));
            }
        }
        assertThat(released).hasSizeGreaterThanOrEqualTo(77);
        assertThat(SchemaCompatibility.breaks(released, current())).isEmpty();
    }

    private static Map<String, ObjectNode> current() {
        Map<String, ObjectNode> schemas = new LinkedHashMap<>();
        schemas.put("envelope/1.0", SchemaGenerator.envelope());
        EventCatalog.all()
                .forEach(type -> schemas.put(type.subject() + "/" + type.version(), SchemaGenerator.schema(type)));
        return schemas;
    }

    private static String fields(EventType type) {
        StringBuilder fields = new StringBuilder();
        for (var component : type.recordType().getRecordComponents()) {
            boolean required = component.isAnnotationPresent(Required.class);
            fields.append(fields.isEmpty() ? "" : ", ")
                    .append(required ? "**" + component.getName() + "**" : component.getName())
                    .append(component.isAnnotationPresent(Personal.class) ? "†" : "");
        }
        return fields.toString();
    }

    private static void compare(Path file, String wanted) throws IOException {
        if (Boolean.getBoolean("contracts.update")) {
            Files.createDirectories(file.toAbsolutePath().normalize().getParent());
            Files.writeString(file, wanted);
        }
        assertThat(file).exists();
        assertThat(Files.readString(file)).isEqualTo(wanted);
    }

    private static String json(ObjectNode node) throws JsonProcessingException {
        return PRETTY.writeValueAsString(node).replace("\r\n", "\n") + "\n";
    }
}
