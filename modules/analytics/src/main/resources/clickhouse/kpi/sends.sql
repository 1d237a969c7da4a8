SELECT tenant_id, uniqExact(id) AS todays_sends
FROM ${events}
WHERE ${tenant} AND ${MESSAGE_SENT} AND occurred_at >= ${recently} AND occurred_at >= ${day_start} AND occurred_at <= ${at}
GROUP BY tenant_id
