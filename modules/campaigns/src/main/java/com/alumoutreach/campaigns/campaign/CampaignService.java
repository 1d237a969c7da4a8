package com.alumoutreach.campaigns.campaign;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.campaigns.CampaignsModule;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.campaign.CampaignCreated;
import com.alumoutreach.contracts.campaign.CampaignStarted;
import io.micronaut.context.BeanProvider;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Draws campaigns up and starts them; the audience is built in the background. */
@Singleton
class CampaignService {
    private final Database database;
    private final EventLog log;
    private final BeanProvider<BackgroundWorks> works;

    CampaignService(Database database, @Named(CampaignsModule.NAME) EventLog log, BeanProvider<BackgroundWorks> works) {
        this.database = database;
        this.log = log;
        this.works = works;
    }

    Campaign create(Handle tx, Caller caller, String name, String segmentId, String templateId) {
        Campaign campaign = new Campaign(
                EventIds.next(),
                caller.tenantId(),
                name,
                "email",
                segmentId,
                templateId,
                "draft",
                null,
                caller.correlationId());
        tx.createUpdate("INSERT INTO campaigns.campaigns"
                        + " (id, tenant_id, name, channel, segment_id, template_id, status, correlation_id)"
                        + " VALUES (:id, :tenant, :name, 'email', :segment, :template, 'draft', :correlation)")
                .bind("id", campaign.id())
                .bind("tenant", campaign.tenantId())
                .bind("name", name)
                .bind("segment", segmentId)
                .bind("template", templateId)
                .bind("correlation", caller.correlationId())
                .execute();
        log.append(
                tx,
                caller.context(),
                new CampaignCreated(campaign.id().toString(), name, "email", segmentId, templateId));
        return campaign;
    }

    /** @throws ProblemException CAMPAIGN_NOT_DRAFT when it was started before */
    Campaign start(Handle tx, Caller caller, UUID id) {
        Campaign campaign = find(tx, caller, id, " FOR UPDATE");
        if (!campaign.status().equals("draft")) {
            throw ProblemException.conflict("CAMPAIGN_NOT_DRAFT", "The campaign was started already");
        }
        tx.createUpdate("UPDATE campaigns.campaigns SET status = 'started', audience_after = '', started_at = now(),"
                        + " correlation_id = :correlation WHERE tenant_id = :tenant AND id = :id")
                .bind("correlation", caller.correlationId())
                .bind("tenant", caller.tenantId())
                .bind("id", id)
                .execute();
        log.append(
                tx,
                caller.context(),
                new CampaignStarted(id.toString(), campaign.name(), campaign.segmentId(), campaign.templateId(), null));
        tx.afterCommit(() -> works.get().wake("campaign-audience"));
        return find(tx, caller, id, "");
    }

    Campaign get(Caller caller, UUID id) {
        return database.inTransaction(caller.tenantId(), tx -> find(tx, caller, id, ""));
    }

    List<Campaign> list(Caller caller, UUID after, int limit) {
        return database.inTransaction(
                caller.tenantId(),
                tx -> tx.createQuery(
                                "SELECT * FROM campaigns.campaigns WHERE tenant_id = :tenant AND id > :after ORDER BY id LIMIT :limit")
                        .bind("tenant", caller.tenantId())
                        .bind("after", after)
                        .bind("limit", limit)
                        .map((row, context) -> Campaign.read(row))
                        .list());
    }

    /** Recipients by outcome; {@code open} are those without one. */
    Map<String, Long> outcomes(Handle tx, Caller caller, UUID id) {
        Map<String, Long> counts = new HashMap<>();
        tx.createQuery("SELECT coalesce(outcome, 'open'), count(*) FROM campaigns.audience"
                        + " WHERE tenant_id = :tenant AND campaign_id = :id GROUP BY 1")
                .bind("tenant", caller.tenantId())
                .bind("id", id)
                .map((row, context) -> Map.entry(row.getString(1), row.getLong(2)))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    private static Campaign find(Handle tx, Caller caller, UUID id, String lock) {
        return tx.createQuery("SELECT * FROM campaigns.campaigns WHERE tenant_id = :tenant AND id = :id" + lock)
                .bind("tenant", caller.tenantId())
                .bind("id", id)
                .map((row, context) -> Campaign.read(row))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("campaign", id.toString()));
    }
}
