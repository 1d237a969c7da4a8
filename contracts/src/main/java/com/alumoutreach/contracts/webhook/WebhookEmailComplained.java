package com.alumoutreach.contracts.webhook;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A provider tells of email: complained. */
@Subject("webhook.email.complained")
public record WebhookEmailComplained(
        @Nullable String provider,
        @Nullable String externalId,
        @Nullable String messageId,
        @Personal @Nullable String recipientAddress,
        @Nullable Instant occurredAt,
        @Personal @Nullable Map<String, Object> raw,
        @Personal @Nullable String reason)
        implements WebhookEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(String.valueOf(externalId), "webhook");
    }
}
