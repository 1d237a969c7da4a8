package com.alumoutreach.contracts.inbox;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A conversation began. */
@Subject("inbox.thread.created")
public record InboxThreadCreated(
        @Required String threadId,
        @Nullable String contactId,
        @Nullable String channel,
        @Personal @Nullable String subject)
        implements InboxEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(threadId, "thread");
    }
}
