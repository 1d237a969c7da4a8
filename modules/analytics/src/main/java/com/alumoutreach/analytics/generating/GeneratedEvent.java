package com.alumoutreach.analytics.generating;

import com.alumoutreach.analytics.outreach.OutreachType;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event of a history, as an automation outside would tell it. All texts are plain ASCII without quotes.
 *
 * @param happenedAt to the millisecond
 * @param detailName what else is in its metadata; null for nothing
 */
public record GeneratedEvent(
        UUID id,
        OutreachType type,
        Instant happenedAt,
        @Nullable Campaign campaign,
        @Nullable UUID leadId,
        @Nullable String classification,
        @Nullable Instant dueAt,
        boolean autoReply,
        @Nullable String detailName,
        @Nullable String detail) {
    /** The campaign that an event belongs to. */
    public record Campaign(UUID id, String name, String channel) {}

    /** A line for {@code POST /api/outreach-events}, without the line break. */
    public String line() {
        StringBuilder line =
                new StringBuilder(400).append("{\"id\":\"").append(id).append('"');
        if (campaign != null) {
            line.append(",\"campaign_id\":\"").append(campaign.id()).append('"');
        }
        if (leadId != null) {
            line.append(",\"lead_id\":\"").append(leadId).append('"');
        }
        line.append(",\"event_type\":\"").append(type.id());
        line.append("\",\"event_timestamp\":\"").append(happenedAt).append("\",\"metadata\":");
        Fields metadata = new Fields(line);
        if (campaign != null) {
            metadata.text("campaign_name", campaign.name()).text("channel", campaign.channel());
        }
        metadata.text("classification", classification).text("due_at", dueAt);
        if (autoReply) {
            metadata.plain("auto_reply", "true");
        }
        if (detailName != null) {
            metadata.text(detailName, detail);
        }
        metadata.end();
        return line.append('}').toString();
    }

    /** The data of the event that the line becomes. */
    String data() {
        StringBuilder data = new StringBuilder(300);
        Fields fields = new Fields(data);
        if (campaign != null) {
            fields.text("campaignId", campaign.id()).text("campaignName", campaign.name());
        }
        fields.text("contactId", leadId);
        if (campaign != null) {
            fields.text("channel", campaign.channel());
        }
        fields.text("classification", classification).text("dueAt", dueAt);
        if (autoReply) {
            fields.plain("autoReply", "true");
        }
        if (detailName != null) {
            fields.plain("metadata", "{\"" + detailName + "\":\"" + detail + "\"}");
        }
        fields.end();
        return data.toString();
    }

    /** An object of JSON, without what is null. */
    private static final class Fields {
        private final StringBuilder json;
        private char before = '{';

        Fields(StringBuilder json) {
            this.json = json;
        }

        Fields text(String name, @Nullable Object value) {
            return value == null ? this : plain(name, "\"" + value + "\"");
        }

        Fields plain(String name, String value) {
            json.append(before).append('"').append(name).append("\":").append(value);
            before = ',';
            return this;
        }

        void end() {
            json.append(before == '{' ? "{}" : "}");
        }
    }
}
