package com.alumoutreach.contracts.webhook;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A provider tells of sms: inbound. */
@Subject("webhook.sms.inbound")
public record WebhookSmsInbound(
        @Nullable String provider,
        @Nullable String externalId,
        @Personal @Nullable String senderAddress,
        @Personal @Nullable String recipientAddress,
        @Personal @Nullable String subject,
        @Personal @Nullable String text,
        @Personal @Nullable String html,
        @Nullable Instant occurredAt,
        @Personal @Nullable Map<String, Object> raw)
        implements WebhookEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(String.valueOf(externalId), "webhook");
    }
}
