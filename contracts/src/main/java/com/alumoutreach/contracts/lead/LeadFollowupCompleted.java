package com.alumoutreach.contracts.lead;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** Somebody came back to a contact. */
@Subject("lead.followup.completed")
public record LeadFollowupCompleted(
        @Required String followupId,
        @Required String contactId,
        @Nullable String channel,
        @Nullable String outcome,
        @Nullable String sourceType,
        @Nullable String sourceId)
        implements LeadEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(followupId, "followup");
    }
}
