package com.alumoutreach.analytics.ingesting;

import static com.alumoutreach.analytics.AnalyticsRun.awaitRows;
import static com.alumoutreach.analytics.AnalyticsRun.number;
import static com.alumoutreach.analytics.AnalyticsRun.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ClickHouse forgets a person and keeps every event. */
class ArchiveOfPersonsIT {
    private static final String EMAIL = "o'brien.\\unmistakable@example.com";

    @SuppressWarnings("NullAway.Init")
    private RunningService service;

    @BeforeEach
    void start() {
        service = AnalyticsRun.start();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void eventsStayWithoutThePersonAndLaterOnesComeWithout() {
        service.publish(event("contact.created", "tenant-a", "c-1"));
        service.publish(event("contact.teleported", "tenant-a", "c-1"));
        service.publish(event("contact.created", "tenant-a", "c-2"));
        service.publish(event("contact.created", "tenant-b", "c-1"));
        awaitRows(service, 4);
        assertThat(holding("tenant-a", "c-1")).isEqualTo(2);

        service.publish(deleted("tenant-a", "c-1"));

        await().until(() -> holding("tenant-a", "c-1") == 0 && rows(service) == 5);
        assertThat(holding("tenant-a", "c-2")).isEqualTo(1);
        assertThat(holding("tenant-b", "c-1")).isEqualTo(1);
        assertThat(number(service, "SELECT toInt64(count()) AS n FROM events WHERE extensions <> ''"))
                .isEqualTo(2);

        service.publish(event("contact.updated", "tenant-a", "c-1"));
        awaitRows(service, 6);
        assertThat(holding("tenant-a", "c-1")).isZero();
        assertThat(
                        number(
                                service,
                                "SELECT toInt64(count()) AS n FROM events WHERE tenant_id = 'tenant-a'"
                                        + " AND JSONExtractString(data, 'contactId') = 'c-1' AND JSONExtractInt(data, 'contactVersion') = 3"))
                .isEqualTo(2);
    }

    private long holding(String tenant, String contact) {
        return number(
                service,
                "SELECT toInt64(count()) AS n FROM events WHERE tenant_id = '" + tenant
                        + "' AND JSONExtractString(data, 'contactId') = '" + contact
                        + "' AND position(concat(data, extensions), 'unmistakable') > 0");
    }

    private static EventEnvelope event(String type, String tenant, String contact) {
        ObjectNode data = EventCodec.mapper().createObjectNode();
        data.put("contactId", contact).put("email", EMAIL).put("contactVersion", 3);
        return envelope(type, tenant, contact, data, Map.of("note", TextNode.valueOf(EMAIL)));
    }

    private static EventEnvelope deleted(String tenant, String contact) {
        ObjectNode data = EventCodec.mapper().createObjectNode();
        data.put("contactId", contact).put("contactVersion", 4).put("erased", true);
        return envelope("contact.deleted", tenant, contact, data, Map.of());
    }

    private static EventEnvelope envelope(
            String type,
            String tenant,
            String contact,
            ObjectNode data,
            Map<String, com.fasterxml.jackson.databind.JsonNode> extensions) {
        return new EventEnvelope(
                EventIds.next(),
                type,
                "1.1",
                "test-service",
                Instant.now(),
                tenant,
                "correlation",
                null,
                null,
                new EntityRef(contact, "contact"),
                data,
                extensions);
    }
}
