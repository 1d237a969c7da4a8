-- Due today, and nothing sent since they were scheduled.
SELECT f.tenant_id AS tenant_id, uniqExact(f.id) AS followups_due_today
FROM (
    SELECT tenant_id, id, contact_id, occurred_at AS scheduled_at, ifNull(due_at, occurred_at) AS due
    FROM ${events}
    WHERE ${tenant} AND ${FOLLOWUP_SCHEDULED} AND occurred_at <= ${at} AND contact_id != ''
        AND due >= ${day_start} AND due < ${day_end}
) AS f
LEFT JOIN (
    SELECT tenant_id, contact_id, ${latest} AS sent_at, 1 AS sent
    FROM events
    WHERE ${tenant} AND ${FOLLOWUP_SENT} AND occurred_at <= ${at} AND contact_id != ''
    GROUP BY tenant_id, contact_id
) AS s USING (tenant_id, contact_id)
WHERE s.sent = 0 OR s.sent_at < f.scheduled_at
GROUP BY f.tenant_id
