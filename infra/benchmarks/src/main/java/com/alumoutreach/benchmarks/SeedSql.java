package com.alumoutreach.benchmarks;

import com.alumoutreach.analytics.generating.GeneratedEvent;
import com.alumoutreach.contracts.EventIds;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** The dashboard's event model as it was published: one table of Postgres, and its SQL, with indexes that serve it. */
final class SeedSql {
    private static final String TABLE = """
            CREATE TABLE outreach_events_filling (
                id UUID NOT NULL,
                workspace_id UUID NOT NULL,
                campaign_id UUID,
                lead_id UUID,
                event_type outreach_event_type NOT NULL,
                event_timestamp TIMESTAMPTZ NOT NULL,
                metadata JSONB,
                created_at TIMESTAMPTZ DEFAULT now()
            )""";

    private static final int CHUNK = 1 << 16;

    private SeedSql() {}

    /** Loads the events of a plan, unless they are there. */
    static void fill(Bench bench, Histories.Plan plan, PrintWriter out) throws SQLException, IOException {
        if (bench.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename = 'outreach_events'")
                > 0) {
            return;
        }
        long start = System.nanoTime();
        bench.sql(
                "DROP TABLE IF EXISTS outreach_events_filling",
                "DROP TYPE IF EXISTS outreach_event_type",
                "CREATE TYPE outreach_event_type AS ENUM ('message_queued', 'message_sent', 'message_failed',"
                        + " 'reply_received', 'reply_classified', 'followup_scheduled', 'followup_sent', 'campaign_paused',"
                        + " 'campaign_resumed', 'automation_throttled', 'automation_resumed', 'captcha_detected',"
                        + " 'manual_action_required')",
                TABLE);
        try (Connection postgres = bench.postgres()) {
            CopyIn copy = postgres.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY outreach_events_filling (id, workspace_id, campaign_id, lead_id, event_type,"
                            + " event_timestamp, metadata) FROM STDIN");
            StringBuilder lines = new StringBuilder();
            for (int number = 0; number < plan.tenants(); number++) {
                String tenant = Histories.tenant(number);
                String workspace = workspace(number).toString();
                Histories.history(plan, tenant).events().forEachOrdered(event -> {
                    add(lines, workspace, event);
                    if (lines.length() > CHUNK) {
                        write(copy, lines);
                    }
                });
            }
            write(copy, lines);
            copy.endCopy();
        }
        bench.sql(
                "SET maintenance_work_mem = '512MB'; ALTER TABLE outreach_events_filling ADD PRIMARY KEY (id)",
                "CREATE INDEX ON outreach_events_filling (workspace_id, event_type, event_timestamp)",
                "CREATE INDEX ON outreach_events_filling (workspace_id, lead_id)",
                "CREATE INDEX ON outreach_events_filling (campaign_id, event_type, event_timestamp)",
                "ALTER TABLE outreach_events_filling RENAME TO outreach_events",
                "VACUUM ANALYZE outreach_events",
                "CHECKPOINT");
        out.printf(
                Locale.ROOT,
                "  Postgres: %,d events by COPY, four indexes, VACUUM ANALYZE in %,.0f s%n",
                bench.number("SELECT count(*) FROM outreach_events"),
                (System.nanoTime() - start) / 1e9);
        out.flush();
    }

    static UUID workspace(long number) {
        return EventIds.derived(Histories.tenant(number));
    }

    /** Automatic replies are none of the event model's. */
    private static void add(StringBuilder lines, String workspace, GeneratedEvent event) {
        if (event.autoReply()) {
            return;
        }
        GeneratedEvent.Campaign campaign = event.campaign();
        UUID lead = event.leadId();
        lines.append(event.id()).append('\t').append(workspace).append('\t');
        lines.append(campaign == null ? "\\N" : campaign.id().toString()).append('\t');
        lines.append(lead == null ? "\\N" : lead.toString()).append('\t');
        lines.append(event.type().id()).append('\t').append(event.happenedAt()).append('\t');
        if (campaign == null) {
            lines.append("{}\n");
        } else {
            lines.append("{\"campaign_name\":\"").append(campaign.name());
            lines.append("\",\"channel\":\"").append(campaign.channel()).append("\"}\n");
        }
    }

    private static void write(CopyIn copy, StringBuilder lines) {
        try {
            byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
            copy.writeToCopy(bytes, 0, bytes.length);
            lines.setLength(0);
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    /**
     * The published queries of one workspace, by figure. There is no table of enrolments; who waits in a campaign's queue is asked of the
     * events.
     */
    static Map<String, List<String>> ofOne(UUID workspace) {
        return queries("workspace_id = '" + workspace + "'", "s.workspace_id = '" + workspace + "'", "", "");
    }

    /** The same of all workspaces, as views have them. */
    static Map<String, List<String>> ofAll() {
        return queries("true", "true", "workspace_id, ", " GROUP BY workspace_id");
    }

    private static Map<String, List<String>> queries(String own, String ownSent, String column, String group) {
        String comma = column.isEmpty() ? "" : ", ";
        Map<String, List<String>> queries = new LinkedHashMap<>();
        queries.put(
                "todays_sends",
                List.of("SELECT " + column + "COUNT(*) FROM outreach_events WHERE event_type = 'message_sent'"
                        + " AND event_timestamp >= CURRENT_DATE AND " + own + group));
        queries.put(
                "replies_requiring_action",
                List.of("SELECT " + column + "COUNT(DISTINCT lead_id) FROM outreach_events"
                        + " WHERE event_type = 'reply_received' AND lead_id NOT IN (SELECT DISTINCT lead_id FROM outreach_events"
                        + " WHERE event_type IN ('reply_classified', 'manual_action_required')) AND " + own + group));
        queries.put("reply_rate_7d", List.of("""
                WITH sent_last_7d AS (
                  SELECT workspace_id, lead_id, MIN(event_timestamp) as first_message_at
                  FROM outreach_events
                  WHERE event_type = 'message_sent' AND event_timestamp >= NOW() - INTERVAL '7 days'
                  GROUP BY workspace_id, lead_id
                ),
                replies_last_7d AS (
                  SELECT e.workspace_id, e.lead_id
                  FROM outreach_events e
                  INNER JOIN sent_last_7d s ON e.lead_id = s.lead_id
                  WHERE e.event_type = 'reply_received' AND e.event_timestamp >= s.first_message_at
                  GROUP BY e.workspace_id, e.lead_id
                )
                SELECT %sROUND((COUNT(DISTINCT r.lead_id)::NUMERIC / COUNT(DISTINCT s.lead_id)::NUMERIC) * 100)
                FROM sent_last_7d s
                LEFT JOIN replies_last_7d r ON s.lead_id = r.lead_id
                WHERE %s%s""".formatted(
                column.replace("workspace", "s.workspace"), ownSent, group.replace("workspace", "s.workspace"))));
        queries.put(
                "account_health",
                List.of(
                        "SELECT " + column
                                + "MAX(event_timestamp) FROM outreach_events WHERE event_type = 'message_sent' AND "
                                + own + group,
                        "SELECT DISTINCT workspace_id FROM outreach_events WHERE event_type = 'automation_throttled'"
                                + " AND event_timestamp >= NOW() - INTERVAL '24 hours' AND " + own
                                + " AND NOT EXISTS (SELECT 1 FROM outreach_events e2"
                                + " WHERE e2.event_type = 'automation_resumed'"
                                + " AND e2.workspace_id = outreach_events.workspace_id"
                                + " AND e2.event_timestamp > outreach_events.event_timestamp)",
                        "SELECT " + column + "COUNT(*) FROM outreach_events"
                                + " WHERE event_type IN ('message_failed', 'captcha_detected')"
                                + " AND event_timestamp >= NOW() - INTERVAL '24 hours' AND " + own + group));
        String byCampaign = " GROUP BY " + column + "campaign_id";
        queries.put(
                "campaign_snapshot_today",
                List.of(
                        "SELECT campaign_id, COUNT(*)" + comma + column.replace(", ", "")
                                + " FROM outreach_events WHERE event_type = 'message_sent'"
                                + " AND event_timestamp >= CURRENT_DATE AND " + own + byCampaign,
                        "SELECT campaign_id, COUNT(*) FROM (SELECT campaign_id, lead_id FROM outreach_events WHERE "
                                + own
                                + " AND event_type IN ('message_queued', 'message_sent', 'message_failed')"
                                + " GROUP BY campaign_id, lead_id"
                                + " HAVING max(event_timestamp) FILTER (WHERE event_type = 'message_queued')"
                                + " > coalesce(max(event_timestamp) FILTER (WHERE event_type <> 'message_queued'),"
                                + " '-infinity')) waiting GROUP BY campaign_id",
                        "SELECT campaign_id, COUNT(DISTINCT lead_id)" + comma + column.replace(", ", "")
                                + " FROM outreach_events WHERE event_type = 'reply_received'"
                                + " AND event_timestamp >= CURRENT_DATE AND " + own + byCampaign,
                        "SELECT DISTINCT ON (campaign_id) campaign_id, event_type FROM outreach_events"
                                + " WHERE event_type IN ('campaign_paused', 'campaign_resumed') AND " + own
                                + " ORDER BY campaign_id, event_timestamp DESC"));
        return queries;
    }

    /** Runs them one after the other; how long all of it took, in milliseconds. */
    static double millis(Statement postgres, List<String> queries) throws SQLException {
        long start = System.nanoTime();
        for (String query : queries) {
            postgres.executeQuery(query).close();
        }
        return (System.nanoTime() - start) / 1e6;
    }
}
