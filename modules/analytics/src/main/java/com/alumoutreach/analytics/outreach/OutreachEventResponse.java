package com.alumoutreach.analytics.outreach;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.Map;

/**
 * An event in the dashboard's model.
 *
 * @param leadId the contact
 * @param eventType one of the 13 types
 * @param eventTimestamp ISO 8601 in UTC, with milliseconds
 * @param metadata as it was told; of an event of our own services its data
 * @param subject the type of the event on the stream, for example {@code pipeline.message.sent}
 */
@Serdeable
record OutreachEventResponse(
        String id,
        @JsonProperty("workspace_id") String workspaceId,
        @JsonProperty("campaign_id") @Nullable String campaignId,
        @JsonProperty("lead_id") @Nullable String leadId,
        @JsonProperty("event_type") String eventType,
        @JsonProperty("event_timestamp") String eventTimestamp,
        Map<String, Object> metadata,
        String subject) {}
