package com.alumoutreach.campaigns.audience;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.campaigns.CampaignsModule;
import com.alumoutreach.campaigns.campaign.Campaign;
import com.alumoutreach.campaigns.campaign.Completion;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.work.SendMessage;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * Builds the audience of a started campaign, a chunk a transaction: the recipient's row and the command to send stand or fall
 * together. Waits until the template and the segment's first evaluation have arrived.
 */
@Singleton
class AudienceWork implements BackgroundWork {
    private static final int CHUNK = 500;

    /** As JSON; with the most that a template has (600,000) a command still fits into an event. */
    private static final int MAX_VARIABLES_BYTES = 200_000;

    private static final TypeReference<Map<String, Object>> VARIABLES = new TypeReference<>() {};

    private final Database database;
    private final EventLog log;
    private final Completion completion;

    AudienceWork(Database database, @Named(CampaignsModule.NAME) EventLog log, Completion completion) {
        this.database = database;
        this.log = log;
        this.completion = completion;
    }

    @Override
    public String name() {
        return "campaign-audience";
    }

    private record Member(String contactId, @Nullable String email, String variables) {
        /** Known before anything is sent, or null: one member that cannot be written to must not hold up the others. */
        @Nullable
        String outcome() {
            if (email == null) {
                return "skipped";
            }
            return variables.getBytes(StandardCharsets.UTF_8).length > MAX_VARIABLES_BYTES ? "failed" : null;
        }
    }

    private record Template(
            @Nullable String subject,
            @Nullable String html,
            @Nullable String text) {}

    @Override
    public boolean step() {
        return database.inSystemTransaction(tx -> {
            Optional<Campaign> claimed = claim(tx);
            claimed.ifPresent(campaign -> build(tx, campaign));
            return claimed.isPresent();
        });
    }

    private static Optional<Campaign> claim(Handle tx) {
        return tx.createQuery("""
                        SELECT c.* FROM campaigns.campaigns c
                        WHERE c.audience_after IS NOT NULL
                          AND EXISTS (SELECT FROM campaigns.template_copies t
                                      WHERE t.tenant_id = c.tenant_id AND t.template_id = c.template_id)
                          AND EXISTS (SELECT FROM campaigns.evaluated_segments s
                                      WHERE s.tenant_id = c.tenant_id AND s.segment_id = c.segment_id)
                        ORDER BY c.started_at LIMIT 1 FOR UPDATE OF c SKIP LOCKED""").map((row, context) -> Campaign.read(row)).findFirst();
    }

    private void build(Handle tx, Campaign campaign) {
        EventContext context =
                EventContext.background(campaign.tenantId(), campaign.correlationId(), CampaignsModule.NAME);
        List<Member> chunk = members(tx, campaign);
        Template template = template(tx, campaign);
        List<EventLog.Entry> commands = new ArrayList<>();
        PreparedBatch rows = tx.prepareBatch("INSERT INTO campaigns.audience"
                + " (campaign_id, tenant_id, contact_id, message_id, outcome)"
                + " VALUES (:campaign, :tenant, :contact, :message, :outcome)");
        for (Member member : chunk) {
            // Derived, so that whatever is repeated, it is one message.
            String messageId =
                    EventIds.derived(campaign.id() + "/" + member.contactId()).toString();
            rows.bind("campaign", campaign.id())
                    .bind("tenant", campaign.tenantId())
                    .bind("contact", member.contactId())
                    .bind("message", messageId)
                    .bind("outcome", member.outcome())
                    .add();
            if (member.email() != null && member.outcome() == null) {
                commands.add(
                        new EventLog.Entry(context, command(campaign, template, member, messageId, member.email())));
            }
        }
        if (!chunk.isEmpty()) {
            rows.execute();
            log.appendAll(tx, commands);
        }
        boolean more = chunk.size() == CHUNK;
        tx.createUpdate("UPDATE campaigns.campaigns SET audience_after = :after WHERE tenant_id = :tenant AND id = :id")
                .bind("after", more ? chunk.getLast().contactId() : null)
                .bind("tenant", campaign.tenantId())
                .bind("id", campaign.id())
                .execute();
        if (!more) {
            completion.check(tx, campaign.tenantId(), campaign.id(), context);
        }
    }

    private static SendMessage command(
            Campaign campaign, Template template, Member member, String messageId, String email) {
        return new SendMessage(
                messageId,
                campaign.channel(),
                member.contactId(),
                email,
                template.subject(),
                template.html(),
                template.text(),
                variables(member.variables()),
                "campaign",
                campaign.id().toString(),
                campaign.templateId());
    }

    private static List<Member> members(Handle tx, Campaign campaign) {
        return tx.createQuery("SELECT contact_id, email, variables FROM campaigns.segment_members"
                        + " WHERE tenant_id = :tenant AND segment_id = :segment AND present AND contact_id > :after"
                        + " ORDER BY contact_id LIMIT :limit")
                .bind("tenant", campaign.tenantId())
                .bind("segment", campaign.segmentId())
                .bind("after", String.valueOf(campaign.audienceAfter()))
                .bind("limit", CHUNK)
                .map((row, context) -> new Member(row.getString(1), row.getString(2), row.getString(3)))
                .list();
    }

    private static Template template(Handle tx, Campaign campaign) {
        return tx.createQuery("SELECT subject, html, body_text FROM campaigns.template_copies"
                        + " WHERE tenant_id = :tenant AND template_id = :template")
                .bind("tenant", campaign.tenantId())
                .bind("template", campaign.templateId())
                .map((row, context) -> new Template(row.getString(1), row.getString(2), row.getString(3)))
                .one();
    }

    private static Map<String, Object> variables(String json) {
        try {
            return EventCodec.mapper().readValue(json, VARIABLES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("variables in the database are not JSON", e);
        }
    }
}
