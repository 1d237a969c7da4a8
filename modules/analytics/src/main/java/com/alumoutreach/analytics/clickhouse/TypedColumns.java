package com.alumoutreach.analytics.clickhouse;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The columns of {@code V2__typed_columns.sql} as their DEFAULT expressions would compute them, for the data that our own
 * services write. Of anything odd (a campaign's id that is a number, a number that no double holds, a due time in another
 * form) {@link #of} says nothing, and ClickHouse computes them by the expressions themselves, at twice the cost.
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
        String name) {
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
            "name");

    private static final Set<String> NAMED_BY_NAME = Set.of("campaign", "segment", "template");
    private static final Pattern OUR_TIME =
            Pattern.compile("(?:19|2[01])\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d\\d\\d)?Z");
    private static final long MAX_UINT32 = 0xFFFF_FFFFL;

    /** ClickHouse reads no JSON that is nested deeper than some hundred levels, or has a number beyond double. */
    private static final int SURE_DEPTH = 50;

    private static final int SURE_DIGITS = 60;
    private static final int SURE_EXPONENT = 100;

    /** Null when ClickHouse might see it otherwise. */
    static @Nullable TypedColumns of(EventEnvelope event) {
        ObjectNode data = event.data();
        try {
            if (!readable(data, SURE_DEPTH)) {
                return null;
            }
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
                    name(event.type(), data));
        } catch (NotSureException e) {
            return null;
        }
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
        if (value == null || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw NotSureException.INSTANCE;
        }
        return value.textValue();
    }

    private static boolean flag(ObjectNode data, String field) {
        JsonNode value = data.get(field);
        if (value == null || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw NotSureException.INSTANCE;
        }
        return value.booleanValue();
    }

    private static long number(ObjectNode data, String field) {
        JsonNode value = data.get(field);
        if (value == null || value.isNull()) {
            return 0;
        }
        if (!value.isInt() && !value.isLong() || value.longValue() < 0 || value.longValue() > MAX_UINT32) {
            throw NotSureException.INSTANCE;
        }
        return value.longValue();
    }

    /** ClickHouse's parser takes much more; the form that our services write is enough here. */
    private static @Nullable Long time(ObjectNode data, String field) {
        String text = text(data, field);
        if (text.isEmpty()) {
            return null;
        }
        if (!OUR_TIME.matcher(text).matches()) {
            throw NotSureException.INSTANCE;
        }
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException e) {
            throw NotSureException.INSTANCE;
        }
    }

    /** One thing that its parser does not like, and all JSON functions of ClickHouse find nothing in the whole text. */
    private static boolean readable(JsonNode node, int depth) {
        if (node.isContainerNode()) {
            for (JsonNode child : node) {
                if (depth == 0 || !readable(child, depth - 1)) {
                    return false;
                }
            }
            return true;
        }
        if (node.isBigDecimal()) {
            BigDecimal number = node.decimalValue();
            return number.precision() < SURE_DIGITS && Math.abs(number.scale()) < SURE_EXPONENT;
        }
        return !node.isNumber() || node.isInt() || node.isLong();
    }

    /** Without a stack: it is thrown once an odd event. */
    private static final class NotSureException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final NotSureException INSTANCE = new NotSureException();

        private NotSureException() {
            super("odd", null, false, false);
        }
    }
}
