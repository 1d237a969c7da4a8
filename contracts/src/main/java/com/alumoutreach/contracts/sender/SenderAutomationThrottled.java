package com.alumoutreach.contracts.sender;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Sending slows down or rests, by a limit of ours or of a provider.
 *
 * @param until when it is expected to go on
 */
@Subject("sender.automation.throttled")
public record SenderAutomationThrottled(
        @Nullable String senderId,
        @Nullable String channel,
        @Nullable String campaignId,
        @Personal @Nullable String reason,
        @Nullable Instant until)
        implements SenderEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(senderId == null ? "sending" : senderId, "sender");
    }
}
