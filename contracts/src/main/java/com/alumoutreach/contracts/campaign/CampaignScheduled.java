package com.alumoutreach.contracts.campaign;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A campaign will start by itself. */
@Subject("campaign.scheduled")
public record CampaignScheduled(
        @Required String campaignId,
        @Nullable String name,
        @Nullable String segmentId,
        @Nullable String templateId,
        @Nullable Instant scheduledAt)
        implements CampaignEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(campaignId, "campaign");
    }
}
