package com.alumoutreach.contracts.pipeline;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A message will not be sent. */
@Subject(value = "pipeline.message.failed", version = "1.1")
public record PipelineMessageFailed(
        @Required String messageId,
        @Required String channel,
        @Required String contactId,
        @Personal @Nullable String recipientAddress,
        @Nullable String sourceType,
        @Nullable String sourceId,
        @Nullable String templateId,
        @Nullable String externalId,
        @Personal @Nullable String reason,
        @Nullable String errorCode,
        @Nullable String provider,
        @Nullable String senderId)
        implements PipelineEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(messageId, "message");
    }
}
