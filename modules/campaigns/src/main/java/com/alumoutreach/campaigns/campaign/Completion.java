package com.alumoutreach.campaigns.campaign;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.campaigns.CampaignsModule;
import com.alumoutreach.contracts.campaign.CampaignCompleted;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Says once that a campaign is complete: its audience is built and every message of it has an outcome. */
@Singleton
public class Completion {
    private final EventLog log;

    Completion(@Named(CampaignsModule.NAME) EventLog log) {
        this.log = log;
    }

    /** Locks the campaign, so that of two transactions with the last two outcomes the second sees the first's. */
    public void check(Handle tx, String tenant, UUID campaignId, EventContext context) {
        tx.createQuery("SELECT id::text FROM campaigns.campaigns WHERE tenant_id = :tenant AND id = :id FOR UPDATE")
                .bind("tenant", tenant)
                .bind("id", campaignId)
                .mapTo(String.class)
                .findFirst();
        int completed = tx.createUpdate("""
                        UPDATE campaigns.campaigns SET status = 'completed'
                        WHERE tenant_id = :tenant AND id = :id AND status = 'started' AND audience_after IS NULL
                          AND NOT EXISTS (SELECT FROM campaigns.audience WHERE campaign_id = :id AND outcome IS NULL)""")
                .bind("tenant", tenant)
                .bind("id", campaignId)
                .execute();
        if (completed == 1) {
            long size = tx.createQuery("SELECT count(*) FROM campaigns.audience WHERE campaign_id = :id")
                    .bind("id", campaignId)
                    .mapTo(Long.class)
                    .one();
            log.append(tx, context, new CampaignCompleted(campaignId.toString(), null, size));
        }
    }
}
