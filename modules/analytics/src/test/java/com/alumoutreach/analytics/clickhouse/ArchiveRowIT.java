package com.alumoutreach.analytics.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.clickhouse.client.api.query.GenericRecord;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is in the table is what was in the event; the typed columns are what their DEFAULT expressions compute. */
class ArchiveRowIT {
    private static final long SEED = Long.getLong("alum.seed", 1);
    private static final int ODD_EVENTS = 4_000;
    private static final List<String> TYPES = List.of(
            "contact.created",
            "campaign.started",
            "segment.created",
            "template.updated",
            "campaign",
            "pipeline.message.sent",
            "Campaign.x");
    private static final List<String> FIELDS = List.of(
            "contactId",
            "campaignId",
            "sourceType",
            "sourceId",
            "sequenceId",
            "segmentId",
            "templateId",
            "messageId",
            "senderId",
            "channel",
            "provider",
            "classification",
            "automatic",
            "autoReply",
            "messageNumber",
            "dueAt",
            "campaignName",
            "sequenceName",
            "name",
            "other");
    private static final List<String> VALUES = List.of(
            "\"c-1\"",
            "\"\"",
            "null",
            "true",
            "false",
            "0",
            "5",
            "-1",
            "3.7",
            "1.0",
            "1e5",
            "1E400",
            "1e-400",
            "4294967295",
            "4294967296",
            "18446744073709551615",
            "18446744073709551616",
            "123456789012345678901234567890.5",
            "\"7\"",
            "\"true\"",
            "{\"a\": 1}",
            "[1, \"x\"]",
            "{\"a\":[[[1e999]]]}",
            "\"campaign\"",
            "\"sequence\"",
            "\"Zoë\\t\\\"x\\\" \\ud83d\\ude00 \\u2028 \\\\ \\/\"",
            "\"half \\ud83d pair\"",
            "\"2026-01-02T03:04:05.678Z\"",
            "\"2026-01-02T03:04:05Z\"",
            "\"2026-01-02T03:04:05.67Z\"",
            "\"2026-02-31T03:04:05.678Z\"",
            "\"2026-01-02T24:00:00.000Z\"",
            "\"2026-01-02T03:04:60.000Z\"",
            "\"1900-01-01T00:00:00.000Z\"",
            "\"1899-12-31T23:59:59.999Z\"",
            "\"2299-12-31T23:59:59.999Z\"",
            "\"2300-01-01T00:00:00.000Z\"",
            "\"1969-12-31T23:59:59.500Z\"",
            "\"2026-01-02T03:04:05.678+02:00\"",
            "\"2026-01-02\"",
            "\"tomorrow\"",
            "\"1767323045\"",
            "\"0000-00-00T00:00:00.000Z\"",
            "\"2024-02-29T00:00:00.000Z\"",
            "\"2023-02-29T00:00:00.000Z\"");

    @SuppressWarnings("NullAway.Init")
    private static RunningService service;

    @BeforeAll
    static void start() {
        service = AnalyticsRun.start();
        table().ensure();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void keepsTheWholeEnvelope() {
        EventEnvelope event = new EventEnvelope(
                EventIds.next(),
                "contact.created",
                "1.1",
                "contacts-service",
                Instant.parse("2026-01-27T10:00:00.123456Z"),
                "tenant-whole",
                "correlation",
                EventIds.next(),
                new Actor("ada", ActorType.USER),
                new EntityRef("c-1", "contact"),
                json("{\"text\":\"a \\\"quoted\\\"\\nline \\ud83d\"}"),
                Map.of("note", TextNode.valueOf("ü")));
        TraceParent trace = TraceParent.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");

        table().insert(List.of(ArchiveRow.of(event, 42, trace)));

        GenericRecord row = row(
                "SELECT *, toString(occurred_at) AS at, toString(causation_id) AS cause FROM events WHERE tenant_id = 'tenant-whole'");
        assertThat(row.getUUID("id")).isEqualTo(event.id());
        assertThat(row.getString("at")).isEqualTo("2026-01-27 10:00:00.123");
        assertThat(row.getString("cause")).isEqualTo(String.valueOf(event.causationId()));
        assertThat(List.of(
                                "type",
                                "source",
                                "version",
                                "correlation_id",
                                "trace_id",
                                "actor_id",
                                "actor_type",
                                "entity_id",
                                "entity_type",
                                "data",
                                "extensions")
                        .stream()
                        .map(row::getString))
                .containsExactly(
                        "contact.created",
                        "contacts-service",
                        "1.1",
                        "correlation",
                        "4bf92f3577b34da6a3ce929d0e0e4736",
                        "ada",
                        "user",
                        "c-1",
                        "contact",
                        "{\"text\":\"a \\\"quoted\\\"\\nline ?\"}",
                        "{\"note\":\"ü\"}");
        assertThat(row.getLong("stream_position")).isEqualTo(42);
        assertThat(row.getString("contact_id")).isEqualTo("c-1");
    }

    @Test
    void computesTheTypedColumnsAsTheirExpressionsDo() {
        ClickHouse clickHouse = service.context().getBean(ClickHouse.class);
        List<EventEnvelope> events =
                oddEvents().stream().filter(ArchiveRowIT::hasTheColumnsTypes).toList();
        table().insert(events.stream()
                .map(event -> ArchiveRow.of(event, 1, null))
                .toList());
        clickHouse.execute("CREATE TABLE computed AS events");
        String envelope = String.join(", ", ArchiveRow.OF_ENVELOPE);
        clickHouse.execute("INSERT INTO computed (" + envelope + ") SELECT " + envelope
                + " FROM events WHERE tenant_id = 'tenant-odd' AND type != 'beside'");

        String all = TypedColumns.NAMES.stream()
                .map(name -> "toString(" + name + ")")
                .collect(Collectors.joining(", ", "(", ", data)"));
        // Of data that its parser refuses ClickHouse computes nothing.
        String readable = " WHERE isValidJSON(data)";
        List<GenericRecord> different = clickHouse.query(
                "SELECT toString(" + all + ") AS ours, theirs FROM events INNER JOIN (SELECT id, toString(" + all
                        + ") AS theirs FROM computed) AS c USING id" + readable
                        + " AND tenant_id = 'tenant-odd' AND id IN (SELECT id FROM computed) AND ours != theirs LIMIT 5",
                Map.of());
        assertThat(different.stream().map(row -> row.getString("ours") + " IS NOT " + row.getString("theirs")))
                .isEmpty();
        assertThat(row("SELECT toInt64(countIf(isValidJSON(data))) AS n FROM computed")
                        .getLong("n"))
                .isBetween(ODD_EVENTS / 5L, events.size() - 1L);
        assertThat(row("SELECT toInt64(count()) AS n FROM computed").getLong("n"))
                .isEqualTo(events.size());
    }

    /** Of other values ClickHouse makes a text, or a truth; here they count as none. */
    private static boolean hasTheColumnsTypes(EventEnvelope event) {
        return event.data().properties().stream().allMatch(field -> switch (field.getKey()) {
            case "automatic", "autoReply" -> field.getValue().isBoolean();
            case "messageNumber" ->
                field.getValue().canConvertToLong()
                        && field.getValue().isIntegralNumber()
                        && field.getValue().longValue() >> 32 == 0;
            case "other" -> true;
            // ClickHouse counts on where a day has no such hour, and beyond the years that it promises to hold.
            case "dueAt" ->
                !List.of(
                                "1899-12-31T23:59:59.999Z",
                                "2300-01-01T00:00:00.000Z",
                                "2026-01-02T24:00:00.000Z",
                                "2026-01-02T03:04:60.000Z",
                                "0000-00-00T00:00:00.000Z",
                                "2026-02-31T03:04:05.678Z",
                                "2023-02-29T00:00:00.000Z")
                        .contains(field.getValue().asText());
            default -> field.getValue().isTextual();
        });
    }

    @Test
    void aValueOfAnotherTypeCountsAsNone() {
        EventEnvelope event = odd(
                "beside",
                json(
                        "{\"campaignId\":5,\"channel\":[\"email\"],\"automatic\":1,\"messageNumber\":\"7\",\"name\":{\"a\":1}}"),
                null);

        table().insert(List.of(ArchiveRow.of(event, 1, null)));

        GenericRecord row = row("SELECT * FROM events WHERE id = '" + event.id() + "'");
        assertThat(List.of("campaign_id", "channel", "name").stream().map(row::getString))
                .containsOnly("");
        assertThat(row.getBoolean("automatic")).isFalse();
        assertThat(row.getLong("message_number")).isZero();
    }

    @Test
    void findsWhatIsBesideANumberThatClickHouseCannotRead() {
        String number = "1" + "0".repeat(400);
        EventEnvelope event = odd(
                "beside",
                json("{\"urn\":123456789012345678901,\"huge\":" + number
                        + ",\"classification\":\"interested\",\"autoReply\":true,\"campaignId\":\"k\",\"contactId\":\"c\","
                        + "\"messageNumber\":4294967296,\"dueAt\":\"2026-01-02T03:04:05.678+02:00\"}"),
                null);

        table().insert(List.of(ArchiveRow.of(event, 1, null)));

        GenericRecord row = row("SELECT *, toString(due_at) AS due FROM events WHERE id = '" + event.id() + "'");
        assertThat(List.of("classification", "campaign_id", "contact_id", "due").stream()
                        .map(row::getString))
                .containsExactly("interested", "k", "c", "2026-01-02 01:04:05.678");
        assertThat(row.getBoolean("automatic")).isTrue();
        assertThat(row.getLong("message_number")).isEqualTo(4_294_967_295L);
        assertThat(table().of("tenant-odd", List.of("c")))
                .extracting(EventsTable.Archived::id)
                .contains(event.id());
    }

    @Test
    void writesJsonAsJacksonDoes() {
        for (EventEnvelope event : oddEvents()) {
            ObjectNode data = event.data();
            data.set(
                    "deep",
                    data.deepCopy().putObject("a").putArray("b").add("c").add(1));
            data.put("long", "x\u0001".repeat((int) (event.id().getLeastSignificantBits() & 0x1FFF)));
            RowBinary json = new RowBinary();
            RowBinary text = new RowBinary();

            json.json(data);
            text.text(data.toString());

            assertThat(json.bytes()).isEqualTo(text.bytes());
        }
    }

    /** Most have one odd field, so that most of what Java computes is seen; some have many. */
    private static List<EventEnvelope> oddEvents() {
        Random random = new Random(SEED);
        List<EventEnvelope> events = new ArrayList<>();
        for (int i = 0; i < ODD_EVENTS; i++) {
            StringBuilder data = new StringBuilder("{");
            double chance = random.nextDouble() / 3;
            for (String field : FIELDS) {
                if (random.nextDouble() < chance) {
                    data.append(data.length() > 1 ? "," : "")
                            .append('"')
                            .append(field)
                            .append("\":")
                            .append(one(VALUES, random));
                }
            }
            events.add(odd(
                    one(TYPES, random),
                    json(data.append('}').toString()),
                    random.nextInt(3) == 0
                            ? null
                            : new EntityRef("e-" + i, random.nextBoolean() ? "contact" : "thing")));
        }
        return events;
    }

    private static EventEnvelope odd(String type, ObjectNode data, @Nullable EntityRef entity) {
        return new EventEnvelope(
                EventIds.next(),
                type,
                "1.0",
                "test",
                Instant.now(),
                "tenant-odd",
                "c",
                null,
                null,
                entity,
                data,
                Map.of());
    }

    private static <T> T one(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) EventCodec.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static GenericRecord row(String sql) {
        return service.context().getBean(ClickHouse.class).query(sql, Map.of()).getFirst();
    }

    private static EventsTable table() {
        return service.context().getBean(EventsTable.class);
    }
}
