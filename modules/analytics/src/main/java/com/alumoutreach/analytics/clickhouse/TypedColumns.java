package com.alumoutreach.analytics.clickhouse;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The columns of {@code V2__typed_columns.sql} and {@code V4__figures.sql}, as their DEFAULT expressions say. A value of another type
 * than the column's counts as none, where ClickHouse would make a text of it. All are computed here: ClickHouse's parser
 * finds nothing at all in data that hold one number beyond its own, or that are nested some hundred levels deep, and needs
 * twice the time for the others.
 *
 * @param dueAt in milliseconds since 1970
 */
record TypedColumns(
        String contactId,
        String campaignId,
        String sequenceId,
        String segmentId,
        String templateId,
        String messageId,
        String senderId,
        String channel,
        String provider,
        String classification,
        boolean automatic,
        long messageNumber,
        @Nullable Long dueAt,
        String name,
        String consentSource) {
    static final List<String> NAMES = List.of(
            "contact_id",
            "campaign_id",
            "sequence_id",
            "segment_id",
            "template_id",
            "message_id",
            "sender_id",
            "channel",
            "provider",
            "classification",
            "automatic",
            "message_number",
            "due_at",
            "name",
            "consent_source");

    private static final Set<String> NAMED_BY_NAME = Set.of("campaign", "segment", "template");
    private static final Set<String> CONSENTS = Set.of("contact.consent.granted", "contact.consent.revoked");

    /** As in the column's expression. */
    private static final Pattern TIME = Pattern.compile("(19\\d\\d|2[0-2]\\d\\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])"
            + "T(([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?|24:00:00(\\.0{1,9})?)(Z|[+-](0\\d|1[0-7]):[0-5]\\d)");

    private static final long MAX_UINT32 = 0xFFFF_FFFFL;

    static TypedColumns of(EventEnvelope event) {
        ObjectNode data = event.data();
        String sourceType = text(data, "sourceType");
        String sourceId = text(data, "sourceId");
        String campaign = text(data, "campaignId");
        String sequence = text(data, "sequenceId");
        return new TypedColumns(
                contact(data, event.entity()),
                campaign.isEmpty() && sourceType.equals("campaign") ? sourceId : campaign,
                sequence.isEmpty() && sourceType.equals("sequence") ? sourceId : sequence,
                text(data, "segmentId"),
                text(data, "templateId"),
                text(data, "messageId"),
                text(data, "senderId"),
                text(data, "channel"),
                text(data, "provider"),
                text(data, "classification"),
                flag(data, "automatic") | flag(data, "autoReply"),
                number(data, "messageNumber"),
                time(data, "dueAt"),
                name(event.type(), data),
                CONSENTS.contains(event.type()) ? text(data, "source") : "");
    }

    void writeTo(RowBinary row) {
        row.text(contactId);
        row.text(campaignId);
        row.text(sequenceId);
        row.text(segmentId);
        row.text(templateId);
        row.text(messageId);
        row.text(senderId);
        row.text(channel);
        row.text(provider);
        row.text(classification);
        row.bool(automatic);
        row.uint32(messageNumber);
        row.nullableInt64(dueAt);
        row.text(name);
        row.text(consentSource);
    }

    private static String contact(ObjectNode data, @Nullable EntityRef entity) {
        JsonNode named = data.path("contactId");
        if (named.isTextual()) {
            return named.textValue();
        }
        return entity != null && entity.type().equals("contact") ? entity.id() : "";
    }

    private static String name(String type, ObjectNode data) {
        String campaign = text(data, "campaignName");
        String sequence = text(data, "sequenceName");
        String own = text(data, "name");
        int dot = type.indexOf('.');
        if (!campaign.isEmpty()) {
            return campaign;
        }
        if (!sequence.isEmpty()) {
            return sequence;
        }
        return NAMED_BY_NAME.contains(dot < 0 ? type : type.substring(0, dot)) ? own : "";
    }

    private static String text(ObjectNode data, String field) {
        JsonNode value = data.get(field);
        return value != null && value.isTextual() ? value.textValue() : "";
    }

    private static boolean flag(ObjectNode data, String field) {
        JsonNode value = data.get(field);
        return value != null && value.isBoolean() && value.booleanValue();
    }

    /** A number that is written with digits alone, or would be without zeroes behind its point; one beyond the column's becomes the nearest that it holds. */
    private static long number(ObjectNode data, String field) {
        JsonNode value = data.get(field);
        if (value == null || !value.isNumber() || value.decimalValue().scale() != 0) {
            return 0;
        }
        return value.decimalValue()
                .unscaledValue()
                .max(BigInteger.ZERO)
                .min(BigInteger.valueOf(MAX_UINT32))
                .longValue();
    }

    private static @Nullable Long time(ObjectNode data, String field) {
        String text = text(data, field);
        if (!TIME.matcher(text).matches()) {
            return null;
        }
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
