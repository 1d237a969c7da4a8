package com.alumoutreach.contracts.sender;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A provider asks for proof that a person is there. */
@Subject("sender.captcha.detected")
public record SenderCaptchaDetected(
        @Nullable String senderId,
        @Nullable String channel,
        @Nullable String campaignId) implements SenderEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(senderId == null ? "sending" : senderId, "sender");
    }
}
