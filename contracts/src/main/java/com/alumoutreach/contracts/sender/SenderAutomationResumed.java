package com.alumoutreach.contracts.sender;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** Sending goes on after it was throttled. */
@Subject("sender.automation.resumed")
public record SenderAutomationResumed(
        @Nullable String senderId,
        @Nullable String channel,
        @Nullable String campaignId) implements SenderEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(senderId == null ? "sending" : senderId, "sender");
    }
}
