package com.alumoutreach.contracts.inbox;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A message needs a person. */
@Subject("inbox.manual_action.required")
public record InboxManualActionRequired(
        @Required String threadId,
        @Nullable String messageId,
        @Nullable String contactId,
        @Nullable String channel,
        @Personal @Nullable String reason,
        @Nullable String sourceType,
        @Nullable String sourceId)
        implements InboxEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(threadId, "thread");
    }
}
