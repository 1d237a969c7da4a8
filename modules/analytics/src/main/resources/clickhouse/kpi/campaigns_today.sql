SELECT tenant_id, campaign_id,
    uniqExactIf(id, ${MESSAGE_SENT}) AS todays_sends,
    uniqExactIf(contact_id, ${REPLY_RECEIVED} AND contact_id != '') AS replies_today
FROM ${events}
WHERE ${tenant} AND ${MESSAGE_SENT|REPLY_RECEIVED} AND campaign_id != ''
    AND occurred_at >= ${recently} AND occurred_at >= ${day_start} AND occurred_at <= ${at}
GROUP BY tenant_id, campaign_id
