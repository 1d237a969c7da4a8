-- Every campaign, with its state; the reader decides which are shown.
SELECT tenant_id, campaign_id,
    multiIf(max(last_type) IN ('campaign.completed', 'campaign.cancelled'), 'finished',
            max(last_type) IN ('campaign.paused', 'outreach.campaign.paused'), 'paused',
            max(last_type) IN ('campaign.created', 'campaign.scheduled'), 'draft',
            'running') AS state,
    fromUnixTimestamp64Milli(max(changed_at), 'UTC') AS last_at,
    multiIf(max(last_name) != '', max(last_name), max(told_name) != '', max(told_name), campaign_id) AS name,
    if(state = 'finished', 0, max(waiting)) AS queue_remaining,
    max(sent) AS todays_sends,
    max(replied) AS replies_today
FROM (
    SELECT tenant_id, campaign_id, last_type, toUnixTimestamp64Milli(last_at) AS changed_at, last_name, '' AS told_name, 0 AS waiting, 0 AS sent, 0 AS replied
    FROM (${lifecycles})
    UNION ALL
    SELECT tenant_id, campaign_id, '', NULL, '', told_name, queue_remaining, 0, 0
    FROM (${queues})
    UNION ALL
    SELECT tenant_id, campaign_id, '', NULL, '', '', 0, todays_sends, replies_today
    FROM (${campaigns_today})
)
GROUP BY tenant_id, campaign_id
