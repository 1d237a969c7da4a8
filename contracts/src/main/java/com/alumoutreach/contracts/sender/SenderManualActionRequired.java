package com.alumoutreach.contracts.sender;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A person has to do something before sending can go on. */
@Subject("sender.manual_action.required")
public record SenderManualActionRequired(
        @Nullable String senderId,
        @Nullable String channel,
        @Nullable String campaignId,
        @Nullable String contactId,
        @Personal @Nullable String reason)
        implements SenderEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(senderId == null ? "sending" : senderId, "sender");
    }
}
