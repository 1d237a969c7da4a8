-- Of campaigns that anything happened to: their names as told, and the leads for whom a message waits. A lead's latest event decides; sent
-- or failed at the very time of queued is later, which the last bit says. Nobody waits for a finished campaign.
SELECT tenant_id, campaign_id, max(waiting) AS queue_remaining, max(told) AS told_name
FROM (
    SELECT tenant_id, campaign_id, toUInt64(0) AS waiting, maxIf(name, startsWith(type, 'outreach.')) AS told
    FROM events
    WHERE ${tenant} AND ${ALL} AND occurred_at <= ${at} AND campaign_id != ''
    GROUP BY tenant_id, campaign_id
    UNION ALL
    SELECT tenant_id, campaign_id, count(), ''
    FROM (
        SELECT tenant_id, campaign_id,
            max(2 * toUnixTimestamp64Milli(occurred_at) + ${MESSAGE_SENT|MESSAGE_FAILED}) AS latest
        FROM events
        WHERE ${tenant} AND ${MESSAGE_QUEUED|MESSAGE_SENT|MESSAGE_FAILED} AND occurred_at <= ${at}
            AND campaign_id != '' AND contact_id != ''
            AND (tenant_id, campaign_id) NOT IN (
                SELECT tenant_id, campaign_id FROM (${lifecycles})
                WHERE last_type IN ('campaign.completed', 'campaign.cancelled'))
        GROUP BY tenant_id, campaign_id, contact_id
        HAVING bitAnd(latest, 1) = 0
    )
    GROUP BY tenant_id, campaign_id
)
GROUP BY tenant_id, campaign_id
