package com.alumoutreach.contracts.campaign;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A campaign was drawn up. */
@Subject("campaign.created")
public record CampaignCreated(
        @Required String campaignId,
        @Required String name,
        @Nullable String channel,
        @Nullable String segmentId,
        @Nullable String templateId)
        implements CampaignEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(campaignId, "campaign");
    }
}
