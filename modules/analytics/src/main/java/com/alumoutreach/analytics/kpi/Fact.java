package com.alumoutreach.analytics.kpi;

import com.alumoutreach.analytics.outreach.OutreachType;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.regex.Pattern;
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
    private static final BigInteger MOST_MESSAGES = BigInteger.valueOf(0xFFFF_FFFFL);

    /** The form that the column {@code due_at} takes; other parsers take more, each something else. */
    private static final Pattern TIME = Pattern.compile("(19\\d\\d|2[0-2]\\d\\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])"
            + "T(([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?|24:00:00(\\.0{1,9})?)(Z|[+-](0\\d|1[0-7]):[0-5]\\d)");

    static Fact of(EventEnvelope event) {
        JsonNode data = event.data();
        boolean automatic = flag(data, "autoReply") || flag(data, "automatic");
        return new Fact(
                event.id(),
                event.type(),
                OutreachType.of(event.type(), automatic, messageNumber(data)),
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

    /** Of settings: messages a day; null for none, also where it is 0, less, or no whole number of 64 bits. */
    @Nullable
    Long dailySendCap() {
        BigInteger cap = whole(data, "dailySendCap");
        return cap.signum() > 0 && cap.bitLength() < Long.SIZE ? cap.longValue() : null;
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
        if (name.isEmpty()) {
            name = text(event.data(), "sequenceName");
        }
        return orNull(name.isEmpty() && event.type().startsWith("campaign.") ? text(event.data(), "name") : name);
    }

    private static String text(JsonNode data, String field) {
        return data.path(field).isTextual() ? data.path(field).textValue() : "";
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static boolean flag(JsonNode data, String field) {
        return data.path(field).isBoolean() && data.path(field).booleanValue();
    }

    /** 0 to 2^32 - 1; what is more is that. */
    private static long messageNumber(JsonNode data) {
        return whole(data, "messageNumber")
                .max(BigInteger.ZERO)
                .min(MOST_MESSAGES)
                .longValue();
    }

    /** A number that is written with digits alone, as the archive writes it; 2.0 is 2 there. Else 0. */
    private static BigInteger whole(JsonNode data, String field) {
        JsonNode number = data.path(field);
        return number.isNumber() && number.decimalValue().scale() == 0
                ? number.decimalValue().unscaledValue()
                : BigInteger.ZERO;
    }

    private static @Nullable Instant instant(String text) {
        try {
            return TIME.matcher(text).matches() ? Instant.parse(text).truncatedTo(ChronoUnit.MILLIS) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
