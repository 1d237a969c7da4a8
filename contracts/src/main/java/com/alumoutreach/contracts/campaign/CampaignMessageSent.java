package com.alumoutreach.contracts.campaign;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A message of a campaign was sent. */
@Subject("campaign.message.sent")
public record CampaignMessageSent(
        @Required String campaignId,
        @Required String messageId,
        @Required String contactId,
        @Personal @Nullable String recipientAddress,
        @Nullable Instant occurredAt)
        implements CampaignEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(campaignId, "campaign");
    }
}
