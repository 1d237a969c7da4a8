package com.alumoutreach.analytics.kpi;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's figures as of a moment, however they were computed. Events after the moment do not count yet. {@code docs/analytics.md} says
 * what each means.
 *
 * @param dailySendCap above 0; null for none
 * @param leadsMessaged in the seven days before the moment
 * @param leadsReplied of those, at or after their first message in these days
 * @param monthToDate null where the month was not asked for
 * @param contacts whether there are any
 * @param campaigns those of today, by id
 */
public record Kpis(
        String timeZone,
        @Nullable Long dailySendCap,
        long todaysSends,
        long repliesRequiringAction,
        long leadsMessaged,
        long leadsReplied,
        SystemStatus systemStatus,
        String systemStatusReason,
        AccountHealth accountHealth,
        @Nullable MonthToDate monthToDate,
        boolean contacts,
        long followupsDueToday,
        List<CampaignSnapshot> campaigns) {

    /** What stands in the way of sending; the first that holds. */
    public enum SystemStatus {
        ERROR("Error"),
        THROTTLED("Throttled"),
        PAUSED("Paused"),
        HEALTHY("Healthy");

        private final String label;

        SystemStatus(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }

        static SystemStatus ofLabel(String label) {
            return valueOf(label.toUpperCase(java.util.Locale.ROOT));
        }
    }

    /**
     * @param lastAction when a message was sent last; null before the first
     * @param errors messages that failed, and captchas, of the last 24 hours
     * @param automationMethod the channel of the last message sent; {@code none} before the first, {@code unknown} when it names none
     */
    public record AccountHealth(
            @Nullable Instant lastAction,
            boolean cooldownActive,
            long errors,
            boolean captchaDetected,
            String automationMethod) {
        public boolean green() {
            return !cooldownActive && errors == 0 && !captchaDetected;
        }
    }

    /** Since the month began in the tenant's zone. Unsubscribes are persons, the others events. */
    public record MonthToDate(long emailsSent, long replies, long interested, long bounces, long unsubscribes) {}

    /**
     * @param queueRemaining leads for whom a message waits
     * @param repliesToday leads
     */
    public record CampaignSnapshot(
            String id, String name, CampaignStatus status, long queueRemaining, long todaysSends, long repliesToday) {}

    public enum CampaignStatus {
        RUNNING("Running"),
        PAUSED("Paused"),
        COMPLETED("Completed");

        private final String label;

        CampaignStatus(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }

        static CampaignStatus ofLabel(String label) {
            return valueOf(label.toUpperCase(java.util.Locale.ROOT));
        }
    }

    /** 0 to 100, halves up; 0 when nobody was written to. */
    public long replyRate() {
        return leadsMessaged == 0 ? 0 : (200 * leadsReplied + leadsMessaged) / (2 * leadsMessaged);
    }

    /** Of the cap, halves up; 0 without a cap. */
    public long sendPercentage() {
        return dailySendCap == null ? 0 : (200 * todaysSends + dailySendCap) / (2 * dailySendCap);
    }

    /** {@code green} below 70 % of the cap and without one, {@code amber} up to 90 %, {@code red} above. */
    public String sendColor() {
        if (dailySendCap == null || todaysSends * 100 < dailySendCap * 70) {
            return "green";
        }
        return todaysSends * 100 <= dailySendCap * 90 ? "amber" : "red";
    }

    /** One line a figure, so that two ways to compute them can be compared and printed. */
    public SortedMap<String, String> figures() {
        SortedMap<String, String> figures = new TreeMap<>();
        figures.put("time_zone", timeZone);
        figures.put("daily_send_cap", String.valueOf(dailySendCap));
        figures.put("todays_sends", Long.toString(todaysSends));
        figures.put("todays_sends.color", sendColor());
        figures.put("replies_requiring_action", Long.toString(repliesRequiringAction));
        figures.put("reply_rate_7d", Long.toString(replyRate()));
        figures.put("reply_rate_7d.messaged", Long.toString(leadsMessaged));
        figures.put("reply_rate_7d.replied", Long.toString(leadsReplied));
        figures.put("system_status", systemStatus.label());
        figures.put("system_status.reason", systemStatusReason);
        Instant last = accountHealth.lastAction();
        figures.put(
                "account_health.last_action",
                last == null ? "never" : last.truncatedTo(ChronoUnit.MILLIS).toString());
        figures.put("account_health.cooldown_active", Boolean.toString(accountHealth.cooldownActive()));
        figures.put("account_health.errors_24h", Long.toString(accountHealth.errors()));
        figures.put("account_health.captcha_detected", Boolean.toString(accountHealth.captchaDetected()));
        figures.put("account_health.automation_method", accountHealth.automationMethod());
        if (monthToDate != null) {
            figures.put("emails_sent_mtd", Long.toString(monthToDate.emailsSent()));
            figures.put("replies_mtd", Long.toString(monthToDate.replies()));
            figures.put("interested_mtd", Long.toString(monthToDate.interested()));
            figures.put("bounces_mtd", Long.toString(monthToDate.bounces()));
            figures.put("unsubscribes_mtd", Long.toString(monthToDate.unsubscribes()));
        }
        figures.put("contacts.any", Boolean.toString(contacts));
        figures.put("followups_due_today", Long.toString(followupsDueToday));
        for (CampaignSnapshot campaign : campaigns) {
            String prefix = "campaign_snapshot_today." + campaign.id();
            figures.put(prefix + ".name", campaign.name());
            figures.put(prefix + ".status", campaign.status().label());
            figures.put(prefix + ".queue_remaining", Long.toString(campaign.queueRemaining()));
            figures.put(prefix + ".todays_sends", Long.toString(campaign.todaysSends()));
            figures.put(prefix + ".replies_today", Long.toString(campaign.repliesToday()));
        }
        return figures;
    }
}
