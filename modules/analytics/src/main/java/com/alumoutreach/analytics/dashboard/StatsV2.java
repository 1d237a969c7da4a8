package com.alumoutreach.analytics.dashboard;

import com.alumoutreach.analytics.kpi.Kpis;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The dashboard in one answer. Its fields are those of the published response type, no more and no fewer. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
record StatsV2(KpiPart kpis, List<Action> nextActions, List<Campaign> campaignSnapshots, SystemHealth systemHealth) {
    /**
     * @param dailyLimit 0 for none
     * @param replyRate percent of the leads messaged in seven days
     * @param sendPercentage of the daily limit; 0 without one
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record KpiPart(
            long todaySends,
            long dailyLimit,
            long repliesNeedingAction,
            long replyRate,
            String systemStatus,
            String systemStatusReason,
            long sendPercentage) {}

    @Serdeable
    record Action(int priority, String title, String action, String url) {}

    @Serdeable
    record Campaign(String id, String name, String status, long queueRemaining, long todaySends, long repliesToday) {}

    /** @param lastLinkedInAction when a message was sent last, over whichever channel; the name is the response type's */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record SystemHealth(
            @Nullable Instant lastLinkedInAction,
            boolean cooldownActive,
            long errorsLast24h,
            boolean captchaDetected,
            String automationMethod) {}

    static StatsV2 of(Kpis kpis, List<NextAction> actions) {
        Kpis.AccountHealth health = kpis.accountHealth();
        return new StatsV2(
                new KpiPart(
                        kpis.todaysSends(),
                        kpis.dailySendCap() == null ? 0 : kpis.dailySendCap(),
                        kpis.repliesRequiringAction(),
                        kpis.replyRate(),
                        kpis.systemStatus().label(),
                        kpis.systemStatusReason(),
                        kpis.sendPercentage()),
                actions.stream()
                        .map(action -> new Action(action.priority(), action.title(), action.action(), action.url()))
                        .toList(),
                kpis.campaigns().stream()
                        .sorted(Comparator.comparing(Kpis.CampaignSnapshot::todaysSends)
                                .reversed()
                                .thenComparing(Kpis.CampaignSnapshot::name)
                                .thenComparing(Kpis.CampaignSnapshot::id))
                        .map(campaign -> new Campaign(
                                campaign.id(),
                                campaign.name(),
                                campaign.status().label(),
                                campaign.queueRemaining(),
                                campaign.todaysSends(),
                                campaign.repliesToday()))
                        .toList(),
                new SystemHealth(
                        health.lastAction(),
                        health.cooldownActive(),
                        health.errors(),
                        health.captchaDetected(),
                        health.automationMethod()));
    }
}
