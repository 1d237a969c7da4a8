package com.alumoutreach.pipeline.message;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import com.alumoutreach.contracts.Redaction;
import com.alumoutreach.contracts.pipeline.PipelineMessageFailed;
import com.alumoutreach.contracts.pipeline.PipelineMessageSent;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A message of the ledger, as a sender needs it. */
public record Message(
        String tenantId,
        String messageId,
        String channel,
        String contactId,
        String recipient,
        @Nullable String subject,
        @Nullable String html,
        @Nullable String text,
        Map<String, Object> variables,
        @Nullable String sourceType,
        @Nullable String sourceId,
        @Nullable String templateId,
        int attempts,
        String correlationId,
        @Nullable UUID causationId) {
    /** The only adapter there is. */
    private static final String PROVIDER = "smtp";

    /** Whether it was for a person who has been erased since, so that it has no recipient any more. */
    public boolean erased() {
        return Redaction.PLACEHOLDER.equals(recipient);
    }

    EventContext context() {
        return new EventContext(tenantId, correlationId, causationId, new Actor("pipeline", ActorType.SYSTEM));
    }

    PipelineMessageSent sent(String externalId) {
        return new PipelineMessageSent(
                messageId, channel, contactId, recipient, sourceType, sourceId, templateId, externalId, PROVIDER, null);
    }

    PipelineMessageFailed failed(String code, String reason) {
        return new PipelineMessageFailed(
                messageId,
                channel,
                contactId,
                recipient,
                sourceType,
                sourceId,
                templateId,
                null,
                reason,
                code,
                PROVIDER,
                null);
    }
}
