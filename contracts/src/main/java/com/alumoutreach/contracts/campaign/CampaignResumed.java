package com.alumoutreach.contracts.campaign;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A campaign goes on. */
@Subject("campaign.resumed")
public record CampaignResumed(
        @Required String campaignId, @Nullable String name) implements CampaignEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(campaignId, "campaign");
    }
}
