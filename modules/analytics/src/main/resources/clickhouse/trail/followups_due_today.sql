${FOLLOWUP_SCHEDULED} AND contact_id != '' AND ifNull(due_at, occurred_at) >= ${day_start} AND ifNull(due_at, occurred_at) < ${day_end}
AND (contact_id, occurred_at) NOT IN (
    SELECT f.contact_id, f.occurred_at
    FROM (SELECT contact_id, occurred_at FROM events WHERE ${tenant} AND ${FOLLOWUP_SCHEDULED} AND occurred_at <= ${at}) AS f
    INNER JOIN (
        SELECT contact_id, ${latest} AS sent_at FROM events
        WHERE ${tenant} AND ${FOLLOWUP_SENT} AND occurred_at <= ${at}
        GROUP BY contact_id
    ) AS s ON s.contact_id = f.contact_id
    WHERE s.sent_at >= f.occurred_at)
