package com.alumoutreach.contracts.pipeline;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A message was opened. */
@Subject(value = "pipeline.message.opened", version = "1.1")
public record PipelineMessageOpened(
        @Required String messageId,
        @Required String channel,
        @Required String contactId,
        @Personal @Nullable String recipientAddress,
        @Nullable String sourceType,
        @Nullable String sourceId,
        @Nullable String templateId,
        @Nullable String externalId,
        @Nullable String provider,
        @Nullable String senderId,
        @Nullable Boolean automatic)
        implements PipelineEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(messageId, "message");
    }
}
