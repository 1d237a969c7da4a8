-- Of campaigns that anything happened to: leads for whom a message waits.
SELECT tenant_id, campaign_id,
    countIf(contact_id != '' AND (queued_at > done_at OR isNotNull(queued_at) AND isNull(done_at))) AS queue_remaining,
    max(told_name) AS told_name
FROM (
    SELECT tenant_id, campaign_id, contact_id,
        maxOrNullIf(occurred_at, ${MESSAGE_QUEUED}) AS queued_at,
        maxOrNullIf(occurred_at, ${MESSAGE_SENT|MESSAGE_FAILED}) AS done_at,
        maxIf(name, startsWith(type, 'outreach.')) AS told_name
    FROM events
    WHERE ${tenant} AND ${ALL} AND occurred_at <= ${at} AND campaign_id != ''
    GROUP BY tenant_id, campaign_id, contact_id
)
GROUP BY tenant_id, campaign_id
