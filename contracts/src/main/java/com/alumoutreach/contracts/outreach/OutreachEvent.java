package com.alumoutreach.contracts.outreach;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Event;
import org.jspecify.annotations.Nullable;

/**
 * What an automation outside did, as it tells it itself: the 13 types of the dashboard's event model. All have the same fields; those that
 * figures read stand on their own, so that they stay when the person is erased, and {@code metadata} goes.
 *
 * <p>{@code contactId} is the lead; {@code classification} of a reply: {@code interested}, …; {@code dueAt} of a follow-up; an
 * {@code autoReply} is no reply of a person.
 */
public sealed interface OutreachEvent extends Event
        permits OutreachMessageQueued,
                OutreachMessageSent,
                OutreachMessageFailed,
                OutreachReplyReceived,
                OutreachReplyClassified,
                OutreachFollowupScheduled,
                OutreachFollowupSent,
                OutreachCampaignPaused,
                OutreachCampaignResumed,
                OutreachAutomationThrottled,
                OutreachAutomationResumed,
                OutreachCaptchaDetected,
                OutreachManualActionRequired {
    /** The lead, else the campaign, else the automation itself. */
    static EntityRef entity(@Nullable String campaignId, @Nullable String contactId) {
        if (contactId != null) {
            return new EntityRef(contactId, "contact");
        }
        return campaignId != null ? new EntityRef(campaignId, "campaign") : new EntityRef("automation", "automation");
    }
}
