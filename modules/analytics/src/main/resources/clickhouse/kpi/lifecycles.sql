-- The latest of a campaign's own events, and its name.
SELECT tenant_id, campaign_id,
    argMax(type, (occurred_at, toString(id))) AS last_type,
    ${latest} AS last_at,
    argMaxIf(name, (occurred_at, toString(id)), name != '') AS last_name
FROM events
WHERE ${tenant} AND ${lifecycle} AND occurred_at <= ${at} AND campaign_id != ''
GROUP BY tenant_id, campaign_id
