package com.alumoutreach.contracts.campaign;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A message of a campaign was clicked. */
@Subject("campaign.message.clicked")
public record CampaignMessageClicked(
        @Required String campaignId,
        @Required String messageId,
        @Required String contactId,
        @Personal @Nullable String recipientAddress,
        @Nullable Instant occurredAt,
        @Personal @Nullable String url)
        implements CampaignEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(campaignId, "campaign");
    }
}
