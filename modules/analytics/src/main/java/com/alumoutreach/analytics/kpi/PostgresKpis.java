package com.alumoutreach.analytics.kpi;

import com.alumoutreach.analytics.kpi.Kpis.AccountHealth;
import com.alumoutreach.analytics.kpi.Kpis.CampaignSnapshot;
import com.alumoutreach.analytics.kpi.Kpis.CampaignStatus;
import com.alumoutreach.analytics.kpi.Kpis.MonthToDate;
import com.alumoutreach.analytics.kpi.Kpis.SystemStatus;
import com.alumoutreach.backbone.database.Database;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * The figures by the event model's own SQL on Postgres: raw events go into temporary tables as that model has them, and {@code
 * resources/postgres/kpis.sql} asks them. It shares the reading of raw events with {@link EventReplay}, and nothing with ClickHouse.
 */
@Singleton
public class PostgresKpis {
    private static final int ROWS_A_BATCH = 1_000;
    private static final String TABLES = text("tables");
    private static final String KPIS = text("kpis");
    private static final String SNAPSHOTS = text("snapshots");

    private final Database database;

    PostgresKpis(Database database) {
        this.database = database;
    }

    /** @param replay of the tenant's raw events; those before its moment are loaded */
    public Kpis of(String tenantId, Instant at, EventReplay replay) {
        return database.inSystemTransaction(tx -> {
            tx.createScript(TABLES).execute();
            load(tx, tenantId, replay.facts());
            return query(tx, tenantId, at);
        });
    }

    private static Kpis query(Handle tx, String tenantId, Instant at) {
        Map<String, Object> parameters = Map.of("tenant", tenantId, "at", utc(at));
        List<CampaignSnapshot> snapshots = tx.createQuery(SNAPSHOTS)
                .bindMap(parameters)
                .map((row, context) -> new CampaignSnapshot(
                        row.getString("campaign_id"),
                        row.getString("name"),
                        CampaignStatus.ofLabel(row.getString("status")),
                        row.getLong("queue_remaining"),
                        row.getLong("todays_sends"),
                        row.getLong("replies_today")))
                .list();
        return tx.createQuery(KPIS)
                .bindMap(parameters)
                .map((row, context) -> kpis(row, snapshots))
                .one();
    }

    private static Kpis kpis(ResultSet row, List<CampaignSnapshot> snapshots) throws SQLException {
        long cap = row.getLong("daily_send_cap");
        boolean capped = !row.wasNull();
        OffsetDateTime last = row.getObject("last_action", OffsetDateTime.class);
        return new Kpis(
                row.getString("time_zone"),
                capped ? cap : null,
                row.getLong("todays_sends"),
                row.getLong("replies_requiring_action"),
                row.getLong("leads_messaged"),
                row.getLong("leads_replied"),
                SystemStatus.ofLabel(row.getString("system_status")),
                row.getString("reason"),
                new AccountHealth(
                        last == null ? null : last.toInstant(),
                        row.getBoolean("cooldown_active"),
                        row.getLong("errors_24h"),
                        row.getBoolean("captcha_detected"),
                        row.getString("automation_method")),
                new MonthToDate(
                        row.getLong("emails_sent_mtd"),
                        row.getLong("replies_mtd"),
                        row.getLong("interested_mtd"),
                        row.getLong("bounces_mtd"),
                        row.getLong("unsubscribes_mtd")),
                row.getBoolean("any_contacts"),
                row.getLong("followups_due_today"),
                snapshots);
    }

    private static void load(Handle tx, String tenantId, List<Fact> facts) {
        PreparedBatch outreach =
                tx.prepareBatch("INSERT INTO pg_temp.outreach_events VALUES (:id, :tenant, :campaign, :lead,"
                        + " :type, :at, :channel, :classification, :dueAt, :name) ON CONFLICT DO NOTHING");
        PreparedBatch others = tx.prepareBatch("INSERT INTO pg_temp.domain_events VALUES (:id, :tenant, :subject, :at,"
                + " :campaign, :lead, :name, :channel, :source, :zone, :cap::bigint) ON CONFLICT DO NOTHING");
        for (Fact fact : facts) {
            if (fact.type() != null) {
                bind(outreach, tenantId, fact)
                        .bind("type", fact.type().id())
                        .bind("classification", fact.classification())
                        .bind("dueAt", utc(fact.dueAt()))
                        .add();
            }
            String zone = fact.data().path("timeZone").asText();
            bind(others, tenantId, fact)
                    .bind("subject", fact.subject())
                    .bind("source", fact.source())
                    .bind("zone", TimeZones.isKnown(zone) ? zone : "UTC")
                    .bind("cap", fact.dailySendCap())
                    .add();
            if (others.size() >= ROWS_A_BATCH) {
                execute(outreach);
                execute(others);
            }
        }
        execute(outreach);
        execute(others);
        tx.execute("ANALYZE pg_temp.outreach_events");
        tx.execute("ANALYZE pg_temp.domain_events");
    }

    private static PreparedBatch bind(PreparedBatch batch, String tenantId, Fact fact) {
        return batch.bind("id", fact.id())
                .bind("tenant", tenantId)
                .bind("campaign", fact.campaign())
                .bind("lead", fact.lead())
                .bind("at", utc(fact.at()))
                .bind("channel", fact.channel())
                .bind("name", fact.name());
    }

    private static void execute(PreparedBatch batch) {
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static String text(String name) {
        try (InputStream file = PostgresKpis.class.getResourceAsStream("/postgres/" + name + ".sql")) {
            if (file == null) {
                throw new IllegalStateException("There is no " + name + ".sql");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
