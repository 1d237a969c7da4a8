package com.alumoutreach.contracts.pipeline;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A message came back. */
@Subject(value = "pipeline.message.bounced", version = "1.1")
public record PipelineMessageBounced(
        @Required String messageId,
        @Required String channel,
        @Required String contactId,
        @Personal @Nullable String recipientAddress,
        @Nullable String sourceType,
        @Nullable String sourceId,
        @Nullable String templateId,
        @Nullable String externalId,
        @Nullable String bounceType,
        @Personal @Nullable String reason,
        @Nullable String provider,
        @Nullable String senderId)
        implements PipelineEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(messageId, "message");
    }
}
