campaign_id != '' AND ${campaign} AND (${lifecycle} OR ${MESSAGE_QUEUED} AND contact_id != '' AND campaign_id NOT IN (
    SELECT campaign_id FROM (${lifecycles})
    WHERE last_type IN ('campaign.completed', 'campaign.cancelled')
) AND (campaign_id, contact_id, occurred_at) NOT IN (
    SELECT q.campaign_id, q.contact_id, q.occurred_at
    FROM (SELECT campaign_id, contact_id, occurred_at FROM events WHERE ${tenant} AND ${MESSAGE_QUEUED} AND occurred_at <= ${at}) AS q
    INNER JOIN (
        SELECT campaign_id, contact_id, ${latest} AS done_at FROM events
        WHERE ${tenant} AND ${MESSAGE_SENT|MESSAGE_FAILED} AND occurred_at <= ${at}
        GROUP BY campaign_id, contact_id
    ) AS d ON d.campaign_id = q.campaign_id AND d.contact_id = q.contact_id
    WHERE d.done_at >= q.occurred_at))
