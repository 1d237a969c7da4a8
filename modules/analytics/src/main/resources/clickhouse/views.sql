-- One row an event of the dashboard's event model.
CREATE OR REPLACE VIEW outreach_events AS
SELECT id, tenant_id AS workspace_id, nullIf(e.campaign_id, '') AS campaign_id, nullIf(contact_id, '') AS lead_id,
    ${outreach_type} AS event_type, occurred_at AS event_timestamp, data AS metadata, ingested_at AS created_at
FROM events AS e FINAL
WHERE ${ALL};

-- Each tenant's settings, day and month.
CREATE OR REPLACE VIEW tenant_today AS
SELECT t.tenant_id AS tenant_id, d.zone AS time_zone, d.day AS today, d.starts_at AS day_start, d.ends_at AS day_end,
    d.month_starts_at AS month_start, t.daily_send_cap AS daily_send_cap
FROM (
    SELECT tenant_id,
        if(max(time_zone) IN (SELECT zone FROM time_zone_days), max(time_zone), 'UTC') AS zone,
        max(daily_send_cap) AS daily_send_cap
    FROM (
        SELECT tenant_id, time_zone, daily_send_cap FROM (${settings})
        UNION ALL
        SELECT DISTINCT tenant_id, '', NULL FROM events
    )
    GROUP BY tenant_id
) AS t
INNER JOIN (
    SELECT DISTINCT zone, day, starts_at, ends_at, month_starts_at FROM time_zone_days
    WHERE starts_at <= now64(3) AND ends_at > now64(3)
) AS d ON d.zone = t.zone;

CREATE OR REPLACE VIEW v_todays_sends AS
SELECT t.tenant_id AS workspace_id, t.time_zone AS time_zone, t.today AS today, s.todays_sends AS todays_sends,
    t.daily_send_cap AS daily_send_cap,
    if(ifNull(daily_send_cap, 0) = 0, 0, intDiv(200 * toInt64(todays_sends) + daily_send_cap, 2 * daily_send_cap)) AS send_percentage,
    multiIf(ifNull(daily_send_cap, 0) = 0 OR todays_sends * 100 < daily_send_cap * 70, 'green',
            todays_sends * 100 <= daily_send_cap * 90, 'amber', 'red') AS status_color
FROM tenant_today AS t
LEFT JOIN (${sends}) AS s ON s.tenant_id = t.tenant_id;

CREATE OR REPLACE VIEW v_replies_requiring_action AS
SELECT t.tenant_id AS workspace_id, l.replies_requiring_action AS replies_requiring_action
FROM tenant_today AS t
LEFT JOIN (${leads}) AS l ON l.tenant_id = t.tenant_id;

CREATE OR REPLACE VIEW v_reply_rate_7d AS
SELECT t.tenant_id AS workspace_id, l.leads_messaged AS leads_messaged, l.leads_replied AS leads_replied,
    if(leads_messaged = 0, 0, intDiv(200 * leads_replied + leads_messaged, 2 * leads_messaged)) AS reply_rate_pct
FROM tenant_today AS t
LEFT JOIN (${leads}) AS l ON l.tenant_id = t.tenant_id;

-- Error before Throttled before Paused before Healthy.
CREATE OR REPLACE VIEW v_system_status AS
SELECT t.tenant_id AS workspace_id,
    multiIf(isNotNull(h.captcha_at), 'Error',
            isNotNull(h.throttled_at) AND (isNull(h.resumed_at) OR h.resumed_at <= h.throttled_at), 'Throttled',
            c.unfinished > 0 AND c.unfinished = c.paused, 'Paused',
            'Healthy') AS system_status,
    multiIf(system_status = 'Error', concat('A captcha was detected at ', formatDateTime(assumeNotNull(h.captcha_at), '%Y-%m-%dT%H:%i:%SZ', 'UTC')),
            system_status = 'Throttled', concat('The automation is throttled since ', formatDateTime(assumeNotNull(h.throttled_at), '%Y-%m-%dT%H:%i:%SZ', 'UTC')),
            system_status = 'Paused' AND c.unfinished = 1, 'The only unfinished campaign is paused',
            system_status = 'Paused', concat('All ', toString(c.unfinished), ' unfinished campaigns are paused'),
            'Nothing stands in the way of sending') AS reason
FROM tenant_today AS t
LEFT JOIN (${health}) AS h ON h.tenant_id = t.tenant_id
LEFT JOIN (
    SELECT tenant_id, countIf(state != 'finished') AS unfinished, countIf(state = 'paused') AS paused
    FROM (${campaigns})
    GROUP BY tenant_id
) AS c ON c.tenant_id = t.tenant_id;

-- Only of tenants where something is not green.
CREATE OR REPLACE VIEW v_account_health AS
SELECT t.tenant_id AS workspace_id, h.last_action_at AS last_linkedin_action,
    CAST(ifNull(h.throttled_at >= now64(3) - INTERVAL 24 HOUR, 0)
        AND (isNull(h.resumed_at) OR h.resumed_at <= h.throttled_at) AS Bool) AS cooldown_active,
    h.errors_24h AS errors_24h, CAST(isNotNull(h.captcha_at) AS Bool) AS captcha_detected
FROM tenant_today AS t
INNER JOIN (${health}) AS h ON h.tenant_id = t.tenant_id
WHERE cooldown_active OR errors_24h > 0;

CREATE OR REPLACE VIEW v_campaign_snapshot_today AS
SELECT t.tenant_id AS workspace_id, c.campaign_id AS campaign_id, c.name AS name,
    multiIf(c.state = 'paused', 'Paused', c.state = 'finished', 'Completed', 'Running') AS status,
    c.queue_remaining AS queue_remaining, c.todays_sends AS todays_sends, c.replies_today AS replies_today
FROM tenant_today AS t
INNER JOIN (${campaigns}) AS c ON c.tenant_id = t.tenant_id
WHERE c.state IN ('running', 'paused') OR c.queue_remaining > 0 OR c.todays_sends > 0 OR c.replies_today > 0
    OR c.state = 'finished' AND c.last_at >= t.day_start;

CREATE OR REPLACE VIEW v_month_to_date AS
SELECT t.tenant_id AS workspace_id, m.emails_sent_mtd AS emails_sent_mtd, m.replies_mtd AS replies_mtd,
    m.interested_mtd AS interested_mtd, m.bounces_mtd AS bounces_mtd, m.unsubscribes_mtd AS unsubscribes_mtd
FROM tenant_today AS t
LEFT JOIN (${month}) AS m ON m.tenant_id = t.tenant_id;

CREATE OR REPLACE VIEW v_followups_due_today AS
SELECT t.tenant_id AS workspace_id, f.followups_due_today AS followups_due_today
FROM tenant_today AS t
LEFT JOIN (${followups}) AS f ON f.tenant_id = t.tenant_id;
