package com.alumoutreach.contracts.campaign;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** Every message of a campaign has an outcome. */
@Subject("campaign.completed")
public record CampaignCompleted(
        @Required String campaignId,
        @Nullable String name,
        @Nullable Long audienceSize) implements CampaignEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(campaignId, "campaign");
    }
}
