package com.alumoutreach.analytics.kpi;

import com.alumoutreach.analytics.outreach.OutreachType;
import java.util.List;
import java.util.stream.Stream;

/** The types of all events that any figure is made of. */
public final class RelevantTypes {
    /** What campaigns say of themselves. */
    static final List<String> LIFECYCLE = List.of(
            "campaign.created",
            "campaign.scheduled",
            "campaign.started",
            "campaign.paused",
            "campaign.resumed",
            "campaign.completed",
            "campaign.cancelled",
            "outreach.campaign.paused",
            "outreach.campaign.resumed");

    private static final List<String> OTHERS = List.of(
            "contact.created",
            "contact.deleted",
            "contact.consent.revoked",
            "pipeline.message.bounced",
            "sender.settings.updated");

    private static final List<String> ALL = Stream.of(OutreachType.allSubjects(), LIFECYCLE, OTHERS)
            .flatMap(List::stream)
            .distinct()
            .sorted()
            .toList();

    private RelevantTypes() {}

    public static List<String> all() {
        return ALL;
    }

    /** Of {@code events} in ClickHouse: whether a campaign says it of itself. */
    public static String lifecycleSql() {
        return "type IN ('" + String.join("', '", LIFECYCLE) + "')";
    }
}
