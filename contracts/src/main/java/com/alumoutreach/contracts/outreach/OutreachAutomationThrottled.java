package com.alumoutreach.contracts.outreach;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The automation slows down or rests, says an automation outside. Fields: {@link OutreachEvent}. */
@Subject("outreach.automation.throttled")
public record OutreachAutomationThrottled(
        @Nullable String campaignId,
        @Nullable String campaignName,
        @Nullable String contactId,
        @Nullable String channel,
        @Nullable String classification,
        @Nullable Instant dueAt,
        @Nullable Boolean autoReply,
        @Personal @Nullable Map<String, Object> metadata)
        implements OutreachEvent {
    @Override
    public EntityRef entity() {
        return OutreachEvent.entity(campaignId, contactId);
    }
}
