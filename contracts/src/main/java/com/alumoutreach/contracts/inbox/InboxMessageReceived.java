package com.alumoutreach.contracts.inbox;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** Somebody wrote to us. */
@Subject(value = "inbox.message.received", version = "1.1")
public record InboxMessageReceived(
        @Required String threadId,
        @Required String messageId,
        @Nullable String contactId,
        @Nullable String channel,
        @Personal @Nullable String senderAddress,
        @Personal @Nullable String recipientAddress,
        @Personal @Nullable String subject,
        @Personal @Nullable String preview,
        @Nullable Boolean autoReply,
        @Nullable String sourceType,
        @Nullable String sourceId)
        implements InboxEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(threadId, "thread");
    }
}
