package com.alumoutreach.analytics.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArchiveRowTest {
    @Test
    void keepsDataAsTextAndTimeToTheMillisecond() throws IOException {
        JsonNode row = row(event(Instant.parse("2026-01-27T10:00:00.123456Z"), "a \"quoted\"\nline"));

        assertThat(row.path("occurred_at").asText()).isEqualTo("2026-01-27 10:00:00.123");
        assertThat(EventCodec.mapper()
                        .readTree(row.path("data").asText())
                        .path("text")
                        .asText())
                .isEqualTo("a \"quoted\"\nline");
        assertThat(row.path("causation_id").isNull()).isTrue();
    }

    @Test
    void writesHalfASurrogatePairAsAQuestionMark() throws IOException {
        assertThat(row(event(Instant.EPOCH, "broken \uD83D text")).path("data").asText())
                .contains("broken ? text");
    }

    private static EventEnvelope event(Instant timestamp, String text) {
        return new EventEnvelope(
                EventIds.next(),
                "contact.created",
                "1.0",
                "contacts-service",
                timestamp,
                "tenant-a",
                "correlation",
                null,
                null,
                null,
                EventCodec.mapper().createObjectNode().put("text", text),
                Map.of());
    }

    private static JsonNode row(EventEnvelope event) throws IOException {
        return EventCodec.mapper().readTree(ArchiveRow.of(event, 1, null).json());
    }
}
