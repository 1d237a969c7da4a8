WITH settings AS (
    SELECT coalesce((
        SELECT time_zone FROM domain_events
        WHERE subject = 'sender.settings.updated' AND workspace_id = :tenant AND event_timestamp <= :at
        ORDER BY event_timestamp DESC, id DESC LIMIT 1), 'UTC') AS time_zone
),
own_events AS (
    SELECT DISTINCT ON (campaign_id) campaign_id, subject, event_timestamp
    FROM domain_events
    WHERE workspace_id = :tenant AND event_timestamp <= :at AND campaign_id IS NOT NULL
      AND subject IN ('campaign.created', 'campaign.scheduled', 'campaign.started', 'campaign.paused', 'campaign.resumed',
                      'campaign.completed', 'campaign.cancelled', 'outreach.campaign.paused', 'outreach.campaign.resumed')
    ORDER BY campaign_id, event_timestamp DESC, id DESC
),
own_names AS (
    SELECT DISTINCT ON (campaign_id) campaign_id, name
    FROM domain_events
    WHERE workspace_id = :tenant AND event_timestamp <= :at AND campaign_id IS NOT NULL AND name IS NOT NULL
      AND subject IN ('campaign.created', 'campaign.scheduled', 'campaign.started', 'campaign.paused', 'campaign.resumed',
                      'campaign.completed', 'campaign.cancelled', 'outreach.campaign.paused', 'outreach.campaign.resumed')
    ORDER BY campaign_id, event_timestamp DESC, id DESC
),
told_names AS (
    SELECT d.campaign_id, max(d.name COLLATE "C") AS name
    FROM domain_events d JOIN outreach_events o USING (id)
    WHERE d.workspace_id = :tenant AND d.event_timestamp <= :at AND d.subject LIKE 'outreach.%'
    GROUP BY d.campaign_id
),
known AS (
    SELECT campaign_id FROM own_events
    UNION
    SELECT campaign_id FROM outreach_events
    WHERE workspace_id = :tenant AND event_timestamp <= :at AND campaign_id IS NOT NULL
),
-- Campaign enrolments that are active: a message was queued, and since then neither sent nor failed.
enrollments AS (
    SELECT campaign_id, lead_id
    FROM outreach_events
    WHERE workspace_id = :tenant AND event_timestamp <= :at AND lead_id IS NOT NULL AND campaign_id IS NOT NULL
      AND event_type IN ('message_queued', 'message_sent', 'message_failed')
    GROUP BY campaign_id, lead_id
    HAVING max(event_timestamp) FILTER (WHERE event_type = 'message_queued')
         > coalesce(max(event_timestamp) FILTER (WHERE event_type <> 'message_queued'), '-infinity')
),
today AS (
    SELECT campaign_id,
        count(*) FILTER (WHERE event_type = 'message_sent') AS todays_sends,
        count(DISTINCT lead_id) FILTER (WHERE event_type = 'reply_received') AS replies_today
    FROM outreach_events, settings
    WHERE workspace_id = :tenant AND campaign_id IS NOT NULL AND event_timestamp <= :at
      AND (event_timestamp AT TIME ZONE time_zone)::date = (:at::timestamptz AT TIME ZONE time_zone)::date
    GROUP BY campaign_id
),
campaigns AS (
    SELECT k.campaign_id, coalesce(n.name, t.name, k.campaign_id) AS name,
        CASE WHEN e.subject IN ('campaign.completed', 'campaign.cancelled') THEN 'Completed'
             WHEN e.subject IN ('campaign.paused', 'outreach.campaign.paused') THEN 'Paused'
             WHEN e.subject IN ('campaign.created', 'campaign.scheduled') THEN 'Draft'
             ELSE 'Running' END AS state,
        (e.event_timestamp AT TIME ZONE s.time_zone)::date = (:at::timestamptz AT TIME ZONE s.time_zone)::date AS changed_today,
        (SELECT count(*) FROM enrollments q WHERE q.campaign_id = k.campaign_id) AS queued,
        coalesce(y.todays_sends, 0) AS todays_sends, coalesce(y.replies_today, 0) AS replies_today
    FROM known k CROSS JOIN settings s
    LEFT JOIN own_events e USING (campaign_id)
    LEFT JOIN own_names n USING (campaign_id)
    LEFT JOIN told_names t USING (campaign_id)
    LEFT JOIN today y USING (campaign_id)
)
SELECT campaign_id, name, CASE state WHEN 'Draft' THEN 'Running' ELSE state END AS status,
    CASE state WHEN 'Completed' THEN 0 ELSE queued END AS queue_remaining, todays_sends, replies_today
FROM campaigns
WHERE state IN ('Running', 'Paused') OR todays_sends > 0 OR replies_today > 0
   OR state = 'Draft' AND queued > 0 OR state = 'Completed' AND changed_today
