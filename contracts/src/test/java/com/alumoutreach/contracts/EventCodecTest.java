package com.alumoutreach.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.pipeline.PipelineMessageSent;
import com.alumoutreach.contracts.workflow.WorkflowRunGoalReached;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The specification's examples go in and come out whole; what is no event is refused as such, whatever it is. */
class EventCodecTest {
    private static final UUID ID = UUID.fromString("01990000-0000-7000-8000-000000000001");

    @ParameterizedTest
    @ValueSource(strings = {"contact.created", "pipeline.message.sent", "workflow.run.goal_reached"})
    void theExamplesOfTheSpecificationSurviveARoundTrip(String subject) throws IOException {
        ObjectNode example = example(subject);
        example.put("unknownToday", 7);
        ((ObjectNode) example.get("data")).put("unknownField", "kept");
        EventEnvelope envelope = EventCodec.readEnvelope(bytes(example), subject, () -> ID);
        assertThat(envelope.id()).isEqualTo(ID);
        assertThat(envelope.type()).isEqualTo(subject);
        ObjectNode written = (ObjectNode) EventCodec.mapper().readTree(EventCodec.write(envelope));
        written.remove("id");
        written.remove("type");
        assertThat(written).isEqualTo(example);
    }

    /** Postgres keeps JSON without exponents: an event would be hundreds of times larger there than when it was measured. */
    @Test
    void numbersAreWrittenWithoutExponents() throws IOException {
        ObjectNode example = example("contact.created");
        ((ObjectNode) example.get("data")).putObject("attributes").put("huge", new BigDecimal("1e400"));
        Event event = EventCodec.decode(EventCodec.readEnvelope(bytes(example), "contact.created", () -> ID));

        assertThat(EventCodec.toText(event)).contains("1" + "0".repeat(400));
    }

    @Test
    void theExamplesAreTyped() throws IOException {
        assertThat(decoded("contact.created")).isInstanceOfSatisfying(ContactCreated.class, e -> {
            assertThat(e.email()).isEqualTo("john@example.com");
            assertThat(e.attributes()).containsEntry("company", "Acme Corp");
        });
        assertThat(decoded("pipeline.message.sent"))
                .isInstanceOfSatisfying(
                        PipelineMessageSent.class,
                        e -> assertThat(e.externalId()).isEqualTo("provider-msg-12345"));
        assertThat(decoded("workflow.run.goal_reached"))
                .isInstanceOfSatisfying(
                        WorkflowRunGoalReached.class,
                        e -> assertThat(e.goalName()).isEqualTo("Made Purchase"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "7",
                "\"text\"",
                "{}",
                "{\"version\":\"1.0\",\"version\":\"1.0\"}",
                "{\"a\":1} x"
            })
    void whatIsNoEnvelopeIsMalformed(String body) {
        refused(body.getBytes(StandardCharsets.UTF_8), "contact.created", InvalidEventException.MALFORMED);
    }

    @Test
    void dataThatAreTextAlreadyTravelAsTheyAreWithoutBlanks() throws IOException {
        String data = """
                {"contactId": "a b", "email": "say \\"a, b: c\\" \\\\", "attributes": {"n": [1, 2.50, -3], "x": " é\\u0001"}}""";
        ObjectNode example = example("contact.created");
        example.put("correlationId", "with \"quotes\", \\ and \n");
        example.put("extension", "kept");
        EventEnvelope head = EventCodec.readEnvelope(bytes(example), "contact.created", EventIds::next);

        byte[] written = EventCodec.write(head, data);

        example.put("id", head.id().toString()).put("type", "contact.created");
        example.set("data", EventCodec.mapper().readTree(data));
        assertThat(EventCodec.mapper().readTree(written))
                .isEqualTo(EventCodec.mapper().readTree(bytes(example)));
        assertThat(new String(written, StandardCharsets.UTF_8)).contains("[1,2.50,-3],\"x\":\" é");
    }

    @Test
    void hostileBytesAreMalformed() {
        refused(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1}, "contact.created", InvalidEventException.MALFORMED);
        refused(
                "[".repeat(100_000).getBytes(StandardCharsets.UTF_8),
                "contact.created",
                InvalidEventException.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({
        "version, 2.0, UNKNOWN_EVENT_VERSION",
        "version, latest, MALFORMED_EVENT",
        "timestamp, yesterday, MALFORMED_EVENT",
        "timestamp, 9999-12-31T00:00:00Z, MALFORMED_EVENT",
        "tenantId, '', MALFORMED_EVENT",
        "id, 42, MALFORMED_EVENT",
        "type, contact.deleted, MALFORMED_EVENT",
    })
    void aWrongFieldHasItsCode(String field, String value, String code) throws IOException {
        refused(bytes(example("contact.created").put(field, value)), "contact.created", code);
    }

    @Test
    void dataThatBreakTheirSchemaAreInvalid() throws IOException {
        ObjectNode example = example("contact.created");
        ((ObjectNode) example.get("data")).remove("contactId");
        refused(bytes(example), "contact.created", InvalidEventException.INVALID_DATA);
        ObjectNode retyped = example("contact.created");
        ((ObjectNode) retyped.get("data")).put("email", 5);
        refused(bytes(retyped), "contact.created", InvalidEventException.INVALID_DATA);
    }

    @Test
    void textsThatPostgresCannotKeepAreRefused() throws IOException {
        ObjectNode example = example("contact.created");
        ((ObjectNode) example.get("data")).put("email", "a\u0000b");
        refused(bytes(example), "contact.created", InvalidEventException.MALFORMED);
    }

    @Test
    void anUnknownTypeCanBeReadButNotDecoded() throws IOException {
        EventEnvelope envelope = EventCodec.readEnvelope(bytes(example("contact.created")), "contact.merged", () -> ID);
        assertThat(envelope.type()).isEqualTo("contact.merged");
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> EventCodec.decode(envelope))
                .returns(InvalidEventException.UNKNOWN_TYPE, InvalidEventException::code);
    }

    @Test
    void theCatalogueHasTheSubjectsOfTheSpecification() {
        assertThat(EventCatalog.all())
                .filteredOn(type ->
                        !type.domain().equals("operations") && !type.domain().equals("work"))
                .hasSize(104);
    }

    private static void refused(byte[] body, String subject, String code) {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> EventCodec.decode(EventCodec.readEnvelope(body, subject, () -> ID)))
                .returns(code, InvalidEventException::code);
    }

    private static Event decoded(String subject) throws IOException {
        return EventCodec.decode(EventCodec.readEnvelope(bytes(example(subject)), subject, () -> ID));
    }

    private static ObjectNode example(String subject) throws IOException {
        Path file = Path.of("src/test/resources/examples", subject + ".json");
        return (ObjectNode) EventCodec.mapper().readTree(Files.readString(file));
    }

    private static byte[] bytes(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
