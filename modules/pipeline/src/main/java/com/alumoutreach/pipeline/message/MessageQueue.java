package com.alumoutreach.pipeline.message;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.pipeline.PipelineMessageQueued;
import com.alumoutreach.contracts.work.SendMessage;
import com.alumoutreach.pipeline.PipelineModule;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;

/** Takes commands into the ledger; a message id that is there already is not taken twice. */
@Singleton
public class MessageQueue {
    private final EventLog log;

    MessageQueue(@Named(PipelineModule.NAME) EventLog log) {
        this.log = log;
    }

    public void on(SendMessage command, Delivery delivery) {
        int inserted = delivery.tx()
                .createUpdate("""
                        INSERT INTO pipeline.messages (tenant_id, message_id, channel, contact_id, recipient, subject, html,
                          body_text, variables, source_type, source_id, template_id, status, correlation_id, causation_id)
                        VALUES (:tenant, :id, :channel, :contact, :recipient, :subject, :html, :text, :variables::jsonb,
                          :sourceType, :sourceId, :template, 'queued', :correlation, :causation)
                        ON CONFLICT (tenant_id, message_id) DO NOTHING""")
                .bind("tenant", delivery.tenantId())
                .bind("id", command.messageId())
                .bind("channel", command.channel())
                .bind("contact", command.contactId())
                .bind("recipient", command.recipientAddress())
                .bind("subject", command.subject())
                .bind("html", command.htmlBody())
                .bind("text", command.textBody())
                .bind("variables", json(Objects.requireNonNullElse(command.variables(), Map.of())))
                .bind("sourceType", command.sourceType())
                .bind("sourceId", command.sourceId())
                .bind("template", command.templateId())
                .bind("correlation", delivery.envelope().correlationId())
                .bind("causation", delivery.envelope().id())
                .execute();
        if (inserted == 1) {
            log.append(
                    delivery.tx(),
                    delivery.context(),
                    new PipelineMessageQueued(
                            command.messageId(),
                            command.channel(),
                            command.contactId(),
                            command.recipientAddress(),
                            command.sourceType(),
                            command.sourceId(),
                            command.templateId(),
                            null,
                            null,
                            null));
        }
    }

    private static String json(Map<String, Object> variables) {
        return EventCodec.mapper().valueToTree(variables).toString();
    }
}
