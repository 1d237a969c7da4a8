package com.alumoutreach.contracts.lead;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Somebody is to come back to a contact. */
@Subject("lead.followup.scheduled")
public record LeadFollowupScheduled(
        @Required String followupId,
        @Required String contactId,
        @Nullable Instant dueAt,
        @Nullable String channel,
        @Personal @Nullable String task,
        @Nullable String sourceType,
        @Nullable String sourceId)
        implements LeadEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(followupId, "followup");
    }
}
