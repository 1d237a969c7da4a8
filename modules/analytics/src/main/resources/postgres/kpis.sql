WITH settings AS (
    SELECT coalesce(max(time_zone), 'UTC') AS time_zone, max(daily_send_cap) AS daily_send_cap
    FROM (SELECT time_zone, daily_send_cap FROM domain_events
          WHERE subject = 'sender.settings.updated' AND workspace_id = :tenant AND event_timestamp <= :at
          ORDER BY event_timestamp DESC, id DESC LIMIT 1) AS latest
),
events AS (
    SELECT o.*,
        (event_timestamp AT TIME ZONE time_zone)::date = (:at::timestamptz AT TIME ZONE time_zone)::date AS today,
        date_trunc('month', event_timestamp AT TIME ZONE time_zone) = date_trunc('month', :at::timestamptz AT TIME ZONE time_zone) AS this_month
    FROM outreach_events o, settings
    WHERE workspace_id = :tenant AND event_timestamp <= :at
),
sent_last_7d AS (
    SELECT workspace_id, lead_id, min(event_timestamp) AS first_message_at
    FROM events
    WHERE event_type = 'message_sent' AND event_timestamp >= :at::timestamptz - INTERVAL '168 hours' AND lead_id IS NOT NULL
    GROUP BY workspace_id, lead_id
),
replies_last_7d AS (
    SELECT e.workspace_id, e.lead_id
    FROM events e
    INNER JOIN sent_last_7d s ON e.workspace_id = s.workspace_id AND e.lead_id = s.lead_id
    WHERE e.event_type = 'reply_received' AND e.event_timestamp >= s.first_message_at
    GROUP BY e.workspace_id, e.lead_id
),
throttle AS (
    SELECT max(event_timestamp) AS since
    FROM events t
    WHERE event_type = 'automation_throttled'
      AND NOT EXISTS (SELECT 1 FROM events r
                      WHERE r.event_type = 'automation_resumed' AND r.event_timestamp > t.event_timestamp)
),
captcha AS (
    SELECT max(event_timestamp) AS detected_at
    FROM events
    WHERE event_type = 'captcha_detected' AND event_timestamp >= :at::timestamptz - INTERVAL '24 hours'
),
campaign_states AS (
    SELECT k.campaign_id,
        (SELECT d.subject FROM domain_events d
         WHERE d.workspace_id = :tenant AND d.event_timestamp <= :at AND d.campaign_id = k.campaign_id
           AND d.subject IN ('campaign.created', 'campaign.scheduled', 'campaign.started', 'campaign.paused', 'campaign.resumed',
                             'campaign.completed', 'campaign.cancelled', 'outreach.campaign.paused', 'outreach.campaign.resumed')
         ORDER BY d.event_timestamp DESC, d.id DESC LIMIT 1) AS subject
    FROM (SELECT campaign_id FROM events WHERE campaign_id IS NOT NULL
          UNION
          SELECT campaign_id FROM domain_events
          WHERE workspace_id = :tenant AND event_timestamp <= :at AND campaign_id IS NOT NULL
            AND subject IN ('campaign.created', 'campaign.scheduled', 'campaign.started', 'campaign.paused', 'campaign.resumed',
                            'campaign.completed', 'campaign.cancelled')) AS k
),
unfinished AS (
    SELECT count(*) AS campaigns,
        count(*) FILTER (WHERE subject IN ('campaign.paused', 'outreach.campaign.paused')) AS paused
    FROM campaign_states
    WHERE subject IS NULL OR subject NOT IN ('campaign.completed', 'campaign.cancelled')
),
status AS (
    SELECT CASE WHEN detected_at IS NOT NULL THEN 'Error'
                WHEN since IS NOT NULL THEN 'Throttled'
                WHEN campaigns > 0 AND campaigns = paused THEN 'Paused'
                ELSE 'Healthy' END AS system_status
    FROM captcha, throttle, unfinished
),
last_sent AS (
    SELECT event_timestamp, channel FROM events
    WHERE event_type = 'message_sent'
    ORDER BY event_timestamp DESC, id DESC LIMIT 1
)
SELECT s.time_zone, s.daily_send_cap,
    (SELECT count(*) FROM events WHERE event_type = 'message_sent' AND today) AS todays_sends,
    (SELECT count(DISTINCT lead_id) FROM events r
     WHERE r.event_type = 'reply_received'
       AND NOT EXISTS (SELECT 1 FROM events p
                       WHERE p.event_type IN ('reply_classified', 'manual_action_required')
                         AND p.workspace_id = r.workspace_id AND p.lead_id = r.lead_id
                         AND p.event_timestamp >= r.event_timestamp)) AS replies_requiring_action,
    (SELECT count(*) FROM sent_last_7d) AS leads_messaged,
    (SELECT count(*) FROM replies_last_7d) AS leads_replied,
    st.system_status,
    CASE st.system_status
        WHEN 'Error' THEN 'A captcha was detected at ' || to_char(c.detected_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        WHEN 'Throttled' THEN 'The automation is throttled since ' || to_char(t.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        WHEN 'Paused' THEN CASE u.campaigns WHEN 1 THEN 'The only unfinished campaign is paused'
                                            ELSE 'All ' || u.campaigns || ' unfinished campaigns are paused' END
        ELSE 'Nothing stands in the way of sending' END AS reason,
    l.event_timestamp AS last_action,
    CASE WHEN l.event_timestamp IS NULL THEN 'none' WHEN l.channel = '' THEN 'unknown' ELSE l.channel END AS automation_method,
    coalesce(t.since >= :at::timestamptz - INTERVAL '24 hours', false) AS cooldown_active,
    (SELECT count(*) FROM events
     WHERE event_type IN ('message_failed', 'captcha_detected') AND event_timestamp >= :at::timestamptz - INTERVAL '24 hours') AS errors_24h,
    c.detected_at IS NOT NULL AS captcha_detected,
    (SELECT count(*) FROM events WHERE event_type = 'message_sent' AND this_month AND channel IN ('email', '')) AS emails_sent_mtd,
    (SELECT count(*) FROM events WHERE event_type = 'reply_received' AND this_month) AS replies_mtd,
    (SELECT count(*) FROM events WHERE event_type = 'reply_classified' AND this_month AND classification = 'interested') AS interested_mtd,
    (SELECT count(*) FROM domain_events d
     WHERE d.workspace_id = :tenant AND d.subject = 'pipeline.message.bounced' AND d.event_timestamp <= :at
       AND date_trunc('month', d.event_timestamp AT TIME ZONE s.time_zone) = date_trunc('month', :at::timestamptz AT TIME ZONE s.time_zone)) AS bounces_mtd,
    (SELECT count(DISTINCT lead_id) FROM domain_events d
     WHERE d.workspace_id = :tenant AND d.subject = 'contact.consent.revoked' AND d.event_timestamp <= :at
       AND d.channel = 'email' AND d.source <> 'import'
       AND date_trunc('month', d.event_timestamp AT TIME ZONE s.time_zone) = date_trunc('month', :at::timestamptz AT TIME ZONE s.time_zone)) AS unsubscribes_mtd,
    EXISTS (SELECT 1 FROM domain_events d
            WHERE d.workspace_id = :tenant AND d.subject = 'contact.created' AND d.event_timestamp <= :at AND d.lead_id IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM domain_events x
                              WHERE x.workspace_id = d.workspace_id AND x.subject = 'contact.deleted' AND x.event_timestamp <= :at
                                AND x.lead_id = d.lead_id)) AS any_contacts,
    (SELECT count(*) FROM events f
     WHERE f.event_type = 'followup_scheduled' AND f.lead_id IS NOT NULL
       AND (coalesce(f.due_at, f.event_timestamp) AT TIME ZONE s.time_zone)::date = (:at::timestamptz AT TIME ZONE s.time_zone)::date
       AND NOT EXISTS (SELECT 1 FROM events x
                       WHERE x.event_type = 'followup_sent' AND x.workspace_id = f.workspace_id AND x.lead_id = f.lead_id
                         AND x.event_timestamp >= f.event_timestamp)) AS followups_due_today
FROM settings s CROSS JOIN status st CROSS JOIN throttle t CROSS JOIN captcha c CROSS JOIN unfinished u
LEFT JOIN last_sent l ON true
