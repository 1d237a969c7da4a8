package com.alumoutreach.analytics.outreach;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.outreach.OutreachAutomationResumed;
import com.alumoutreach.contracts.outreach.OutreachAutomationThrottled;
import com.alumoutreach.contracts.outreach.OutreachCampaignPaused;
import com.alumoutreach.contracts.outreach.OutreachCampaignResumed;
import com.alumoutreach.contracts.outreach.OutreachCaptchaDetected;
import com.alumoutreach.contracts.outreach.OutreachEvent;
import com.alumoutreach.contracts.outreach.OutreachFollowupScheduled;
import com.alumoutreach.contracts.outreach.OutreachFollowupSent;
import com.alumoutreach.contracts.outreach.OutreachManualActionRequired;
import com.alumoutreach.contracts.outreach.OutreachMessageFailed;
import com.alumoutreach.contracts.outreach.OutreachMessageQueued;
import com.alumoutreach.contracts.outreach.OutreachMessageSent;
import com.alumoutreach.contracts.outreach.OutreachReplyClassified;
import com.alumoutreach.contracts.outreach.OutreachReplyReceived;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.http.HttpStatus;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as an automation outside tells it, checked. What figures read of its metadata stands on its own, and stays when the person is
 * erased.
 *
 * @param id null when the teller leaves it to us
 * @param happenedAt to the millisecond; null for now
 * @param metadata the rest of it; null for none
 */
record ToldEvent(
        @Nullable UUID id,
        OutreachType type,
        @Nullable String campaignId,
        @Nullable String leadId,
        @Nullable Instant happenedAt,
        Figured figured,
        @Nullable ObjectNode metadata) {
    /** Bounds what a chunk of events holds in memory, and is ten times what such an event usually has. */
    static final int MAX_BYTES = 65_536;

    /** Campaigns have names of up to 200 characters. */
    private static final int MAX_NAME = 200;

    private static final int MAX_WORD = 64;
    private static final int UUID_LENGTH = 36;
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    /** Clocks of automations run ahead of ours; nobody tells what happens next week. */
    private static final Duration AHEAD = Duration.ofDays(1);

    /** Follow-ups are due in weeks, and the database's dates end with 2299. */
    private static final Instant LATEST_DUE = Instant.parse("2200-01-01T00:00:00Z");

    /** What figures read of the metadata. */
    record Figured(
            @Nullable String campaignName,
            @Nullable String channel,
            @Nullable String classification,
            @Nullable Instant dueAt,
            @Nullable Boolean autoReply) {
        /** Takes the keys out of the metadata. */
        private static Figured takenOf(ObjectNode metadata) {
            return new Figured(
                    word(taken(metadata, "campaign_name"), "campaign_name", MAX_NAME),
                    word(taken(metadata, "channel"), "channel", MAX_WORD),
                    word(taken(metadata, "classification"), "classification", MAX_WORD),
                    dueAt(taken(metadata, "due_at")),
                    flag(taken(metadata, "auto_reply")));
        }

        private static JsonNode taken(ObjectNode metadata, String key) {
            JsonNode value = metadata.path(key);
            metadata.remove(key);
            return value;
        }

        private static @Nullable String word(JsonNode value, String key, int most) {
            if (absent(value)) {
                return null;
            }
            if (!value.isTextual() || value.textValue().length() > most) {
                throw invalidMetadata(key + " is a text of at most " + most + " characters");
            }
            return value.textValue();
        }

        private static @Nullable Instant dueAt(JsonNode value) {
            if (absent(value)) {
                return null;
            }
            Instant due = instant(value);
            if (due == null || due.isBefore(EARLIEST) || !due.isBefore(LATEST_DUE)) {
                throw invalidMetadata("due_at is a time with an offset, of the years 2000 to 2199");
            }
            return due;
        }

        private static @Nullable Boolean flag(JsonNode value) {
            if (absent(value)) {
                return null;
            }
            if (!value.isBoolean()) {
                throw invalidMetadata("auto_reply is true or false");
            }
            return value.booleanValue();
        }
    }

    /**
     * Reads an event.
     *
     * @param tenantId whose events the caller may tell
     * @throws ProblemException with the code of what is wrong
     */
    static ToldEvent of(byte[] json, String tenantId, Instant now) {
        if (json.length > MAX_BYTES) {
            throw ProblemException.badRequest("ROW_TOO_LARGE", "An event has at most " + MAX_BYTES + " bytes");
        }
        ObjectNode told = object(json);
        checkWorkspace(told.path("workspace_id"), tenantId);
        OutreachType type = type(told.path("event_type"));
        String id = uuid(told.path("id"), "id");
        String campaignId = uuid(told.path("campaign_id"), "campaign_id");
        String leadId = uuid(told.path("lead_id"), "lead_id");
        Instant happenedAt = happenedAt(told.path("event_timestamp"), now);
        ObjectNode metadata = metadata(told.path("metadata"));
        Figured figured = Figured.takenOf(metadata);
        return new ToldEvent(
                id == null ? null : UUID.fromString(id),
                type,
                campaignId,
                leadId,
                happenedAt,
                figured,
                metadata.isEmpty() ? null : metadata);
    }

    private static ObjectNode object(byte[] json) {
        try {
            if (EventCodec.mapper().readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw notAnObject();
        }
        throw notAnObject();
    }

    private static ProblemException notAnObject() {
        return ProblemException.badRequest("INVALID_JSON", "An event is a JSON object in UTF-8");
    }

    private static void checkWorkspace(JsonNode workspace, String tenantId) {
        if (!absent(workspace) && !workspace.asText().equals(tenantId)) {
            throw new ProblemException(
                    HttpStatus.FORBIDDEN, "WORKSPACE_MISMATCH", "workspace_id is not that of the token");
        }
    }

    private static OutreachType type(JsonNode value) {
        OutreachType type = OutreachType.ofId(value.asText());
        if (type == null) {
            throw ProblemException.badRequest("UNKNOWN_EVENT_TYPE", "event_type is none of the 13 types");
        }
        return type;
    }

    /** In the one form in which our own ids are written, so that they are the same to every query. */
    private static @Nullable String uuid(JsonNode value, String field) {
        if (absent(value)) {
            return null;
        }
        try {
            if (value.asText().length() == UUID_LENGTH) {
                return UUID.fromString(value.asText()).toString();
            }
        } catch (IllegalArgumentException e) {
            throw invalidId(field);
        }
        throw invalidId(field);
    }

    private static ProblemException invalidId(String field) {
        return ProblemException.badRequest("INVALID_ID", field + " is a UUID");
    }

    private static @Nullable Instant happenedAt(JsonNode value, Instant now) {
        if (absent(value)) {
            return null;
        }
        Instant at = instant(value);
        if (at == null || at.isBefore(EARLIEST) || at.isAfter(now.plus(AHEAD))) {
            throw ProblemException.badRequest(
                    "INVALID_TIMESTAMP",
                    "event_timestamp is a time with an offset, not before the year 2000 nor more than a day ahead");
        }
        return at;
    }

    private static @Nullable Instant instant(JsonNode value) {
        try {
            return OffsetDateTime.parse(value.asText()).toInstant().truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static ObjectNode metadata(JsonNode value) {
        if (absent(value)) {
            return EventCodec.mapper().createObjectNode();
        }
        if (!(value instanceof ObjectNode metadata)) {
            throw invalidMetadata("metadata is an object");
        }
        Metadata.check(metadata);
        return metadata;
    }

    static ProblemException invalidMetadata(String detail) {
        return ProblemException.badRequest("INVALID_METADATA", detail);
    }

    private static boolean absent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    /** The same as an event of the stream. */
    OutreachEvent event() {
        Maker make = switch (type) {
            case MESSAGE_QUEUED -> OutreachMessageQueued::new;
            case MESSAGE_SENT -> OutreachMessageSent::new;
            case MESSAGE_FAILED -> OutreachMessageFailed::new;
            case REPLY_RECEIVED -> OutreachReplyReceived::new;
            case REPLY_CLASSIFIED -> OutreachReplyClassified::new;
            case FOLLOWUP_SCHEDULED -> OutreachFollowupScheduled::new;
            case FOLLOWUP_SENT -> OutreachFollowupSent::new;
            case CAMPAIGN_PAUSED -> OutreachCampaignPaused::new;
            case CAMPAIGN_RESUMED -> OutreachCampaignResumed::new;
            case AUTOMATION_THROTTLED -> OutreachAutomationThrottled::new;
            case AUTOMATION_RESUMED -> OutreachAutomationResumed::new;
            case CAPTCHA_DETECTED -> OutreachCaptchaDetected::new;
            case MANUAL_ACTION_REQUIRED -> OutreachManualActionRequired::new;
        };
        return make.event(
                campaignId,
                figured.campaignName(),
                leadId,
                figured.channel(),
                figured.classification(),
                figured.dueAt(),
                figured.autoReply(),
                metadata == null ? null : fields(metadata));
    }

    /** As they are: no number loses digits on its way. */
    private static Map<String, Object> fields(ObjectNode metadata) {
        Map<String, Object> fields = new LinkedHashMap<>();
        metadata.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    private interface Maker {
        OutreachEvent event(
                @Nullable String campaignId,
                @Nullable String campaignName,
                @Nullable String contactId,
                @Nullable String channel,
                @Nullable String classification,
                @Nullable Instant dueAt,
                @Nullable Boolean autoReply,
                @Nullable Map<String, Object> metadata);
    }
}
