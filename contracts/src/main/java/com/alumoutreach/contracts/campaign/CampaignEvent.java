package com.alumoutreach.contracts.campaign;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code campaign}. */
public sealed interface CampaignEvent extends Event
        permits CampaignCreated,
                CampaignScheduled,
                CampaignStarted,
                CampaignPaused,
                CampaignResumed,
                CampaignCompleted,
                CampaignCancelled,
                CampaignMessageSent,
                CampaignMessageDelivered,
                CampaignMessageOpened,
                CampaignMessageClicked,
                CampaignMessageBounced {}
