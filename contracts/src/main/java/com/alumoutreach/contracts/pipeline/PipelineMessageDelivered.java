package com.alumoutreach.contracts.pipeline;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A message reached the mailbox or phone. */
@Subject(value = "pipeline.message.delivered", version = "1.1")
public record PipelineMessageDelivered(
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
