package com.alumoutreach.analytics.clickhouse;

import java.util.List;

/**
 * Events that retention leaves alone: they say how things stand for as long as no other says otherwise. Without them a tenant's old
 * settings, contacts and campaigns would be forgotten while they last.
 */
public final class LastingTypes {
    private static final List<String> ALL = List.of(
            "campaign.cancelled",
            "campaign.completed",
            "campaign.created",
            "campaign.paused",
            "campaign.resumed",
            "campaign.scheduled",
            "campaign.started",
            "contact.created",
            "contact.deleted",
            "outreach.automation.resumed",
            "outreach.automation.throttled",
            "outreach.campaign.paused",
            "outreach.campaign.resumed",
            "sender.automation.resumed",
            "sender.automation.throttled",
            "sender.settings.updated");

    private LastingTypes() {}

    public static List<String> all() {
        return ALL;
    }
}
