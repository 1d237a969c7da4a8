package com.alumoutreach.contracts.pipeline;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A message waits to be sent. */
@Subject(value = "pipeline.message.queued", version = "1.1")
public record PipelineMessageQueued(
        @Required String messageId,
        @Required String channel,
        @Required String contactId,
        @Personal @Nullable String recipientAddress,
        @Nullable String sourceType,
        @Nullable String sourceId,
        @Nullable String templateId,
        @Nullable String externalId,
        @Nullable String provider,
        @Nullable String senderId)
        implements PipelineEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(messageId, "message");
    }
}
