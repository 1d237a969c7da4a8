package com.alumoutreach.analytics.dashboard;

import com.alumoutreach.analytics.kpi.Kpis;
import com.alumoutreach.analytics.kpi.Kpis.CampaignStatus;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The most urgent of what all rules say; and the rules of the dashboard's event model. */
@Factory
final class NextActions {
    static final int MOST = 5;

    NextActions() {}

    static List<NextAction> of(Kpis kpis, Collection<NextActionRule> rules) {
        return rules.stream()
                .flatMap(rule -> rule.of(kpis).stream())
                .sorted(Comparator.comparing(NextAction::priority)
                        .thenComparing(NextAction::title)
                        .thenComparing(NextAction::url))
                .limit(MOST)
                .toList();
    }

    @Singleton
    @Named("import-contacts")
    NextActionRule importContacts() {
        return kpis -> kpis.contacts()
                ? List.of()
                : List.of(action(
                        1, "Import contacts to unlock campaigns", "import_contacts", "/dashboard/leads", "contacts"));
    }

    @Singleton
    @Named("configure-limit")
    NextActionRule configureLimit() {
        return kpis -> kpis.dailySendCap() != null
                ? List.of()
                : List.of(action(
                        2, "Set daily sending limit", "configure_limit", "/dashboard/settings", "daily_send_cap"));
    }

    @Singleton
    @Named("review-replies")
    NextActionRule reviewReplies() {
        return kpis -> kpis.repliesRequiringAction() == 0
                ? List.of()
                : List.of(action(
                        3,
                        kpis.repliesRequiringAction() + " replies waiting review",
                        "review_replies",
                        "/dashboard/inbox",
                        "replies_requiring_action"));
    }

    @Singleton
    @Named("resume-campaign")
    NextActionRule resumeCampaign() {
        return kpis -> kpis.campaigns().stream()
                .filter(campaign -> campaign.status() == CampaignStatus.PAUSED && campaign.queueRemaining() > 0)
                .map(campaign -> new NextAction(
                        4,
                        "Campaign \"" + campaign.name() + "\" paused with " + campaign.queueRemaining()
                                + " active enrollments",
                        "resume_campaign",
                        "/dashboard/campaigns/" + campaign.id(),
                        "campaign_queue",
                        campaign.id()))
                .toList();
    }

    @Singleton
    @Named("view-followups")
    NextActionRule viewFollowups() {
        return kpis -> kpis.followupsDueToday() == 0
                ? List.of()
                : List.of(action(
                        5,
                        kpis.followupsDueToday() + " follow-ups due today",
                        "view_followups",
                        "/dashboard/tasks",
                        "followups_due_today"));
    }

    private static NextAction action(int priority, String title, String action, String url, String trail) {
        return new NextAction(priority, title, action, url, trail, null);
    }
}
