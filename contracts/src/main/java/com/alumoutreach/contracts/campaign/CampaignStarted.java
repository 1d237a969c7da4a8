package com.alumoutreach.contracts.campaign;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A campaign began to send. */
@Subject("campaign.started")
public record CampaignStarted(
        @Required String campaignId,
        @Nullable String name,
        @Nullable String segmentId,
        @Nullable String templateId,
        @Nullable Long audienceSize)
        implements CampaignEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(campaignId, "campaign");
    }
}
