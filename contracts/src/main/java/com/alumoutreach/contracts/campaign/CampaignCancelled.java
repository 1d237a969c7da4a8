package com.alumoutreach.contracts.campaign;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A campaign was given up. */
@Subject("campaign.cancelled")
public record CampaignCancelled(
        @Required String campaignId,
        @Nullable String name,
        @Nullable String reason) implements CampaignEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(campaignId, "campaign");
    }
}
