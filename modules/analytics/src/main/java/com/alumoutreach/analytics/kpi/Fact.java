package com.alumoutreach.analytics.kpi;

import com.alumoutreach.analytics.outreach.OutreachType;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a replay reads of a raw event: nothing that ClickHouse computed.
 *
 * @param type null for an event that is not in the event model
 * @param at to the millisecond
 * @param name of the campaign
 */
record Fact(
        UUID id,
        String subject,
        @Nullable OutreachType type,
        Instant at,
        @Nullable String lead,
        @Nullable String campaign,
        @Nullable String name,
        String channel,
        String classification,
        String source,
        @Nullable Instant dueAt,
        JsonNode data) {
    static Fact of(EventEnvelope event) {
        JsonNode data = event.data();
        boolean automatic = data.path("autoReply").asBoolean(false)
                        && data.path("autoReply").isBoolean()
                || data.path("automatic").asBoolean(false)
                        && data.path("automatic").isBoolean();
        long messageNumber = data.path("messageNumber").isIntegralNumber()
                ? data.path("messageNumber").asLong()
                : 0;
        return new Fact(
                event.id(),
                event.type(),
                OutreachType.of(event.type(), automatic, messageNumber),
                event.timestamp().truncatedTo(ChronoUnit.MILLIS),
                lead(event),
                campaign(data),
                name(event),
                text(data, "channel"),
                text(data, "classification"),
                text(data, "source"),
                instant(text(data, "dueAt")),
                data);
    }

    private static @Nullable String lead(EventEnvelope event) {
        if (event.data().path("contactId").isTextual()) {
            return orNull(text(event.data(), "contactId"));
        }
        return event.entity() != null && event.entity().type().equals("contact")
                ? orNull(event.entity().id())
                : null;
    }

    private static @Nullable String campaign(JsonNode data) {
        String campaign = text(data, "campaignId");
        if (campaign.isEmpty() && text(data, "sourceType").equals("campaign")) {
            campaign = text(data, "sourceId");
        }
        return orNull(campaign);
    }

    private static @Nullable String name(EventEnvelope event) {
        String name = text(event.data(), "campaignName");
        return orNull(name.isEmpty() && event.type().startsWith("campaign.") ? text(event.data(), "name") : name);
    }

    private static String text(JsonNode data, String field) {
        return data.path(field).isTextual() ? data.path(field).textValue() : "";
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Instant instant(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text).truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
