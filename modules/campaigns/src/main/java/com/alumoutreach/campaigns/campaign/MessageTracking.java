package com.alumoutreach.campaigns.campaign;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.campaigns.CampaignsModule;
import com.alumoutreach.contracts.campaign.CampaignMessageSent;
import com.alumoutreach.contracts.pipeline.PipelineMessageFailed;
import com.alumoutreach.contracts.pipeline.PipelineMessageSent;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Writes down what became of a campaign's messages. */
@Singleton
public class MessageTracking {
    private final EventLog log;
    private final Completion completion;

    MessageTracking(@Named(CampaignsModule.NAME) EventLog log, Completion completion) {
        this.log = log;
        this.completion = completion;
    }

    public void on(PipelineMessageSent e, Delivery delivery) {
        outcome(delivery, e.messageId(), "sent").ifPresent(campaign -> {
            log.append(
                    delivery.tx(),
                    delivery.context(),
                    new CampaignMessageSent(
                            campaign.toString(),
                            e.messageId(),
                            e.contactId(),
                            e.recipientAddress(),
                            delivery.envelope().timestamp()));
            completion.check(delivery.tx(), delivery.tenantId(), campaign, delivery.context());
        });
    }

    public void on(PipelineMessageFailed e, Delivery delivery) {
        outcome(delivery, e.messageId(), "failed")
                .ifPresent(
                        campaign -> completion.check(delivery.tx(), delivery.tenantId(), campaign, delivery.context()));
    }

    /** @return the campaign, when the message is one's and had no outcome yet */
    private static Optional<UUID> outcome(Delivery delivery, String messageId, String outcome) {
        return delivery.tx()
                .createQuery("UPDATE campaigns.audience SET outcome = :outcome WHERE tenant_id = :tenant"
                        + " AND message_id = :message AND outcome IS NULL RETURNING campaign_id")
                .bind("outcome", outcome)
                .bind("tenant", delivery.tenantId())
                .bind("message", messageId)
                .mapTo(UUID.class)
                .findFirst();
    }
}
