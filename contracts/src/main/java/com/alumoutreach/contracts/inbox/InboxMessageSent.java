package com.alumoutreach.contracts.inbox;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** Somebody of us answered. */
@Subject("inbox.message.sent")
public record InboxMessageSent(
        @Required String threadId,
        @Required String messageId,
        @Nullable String contactId,
        @Nullable String channel,
        @Personal @Nullable String senderAddress,
        @Personal @Nullable String recipientAddress,
        @Personal @Nullable String subject,
        @Personal @Nullable String preview,
        @Nullable String userId)
        implements InboxEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(threadId, "thread");
    }
}
