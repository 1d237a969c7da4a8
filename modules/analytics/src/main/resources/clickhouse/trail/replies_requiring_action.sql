${REPLY_RECEIVED} AND contact_id != '' AND (contact_id, occurred_at) NOT IN (
    SELECT r.contact_id, r.occurred_at
    FROM (SELECT contact_id, occurred_at FROM events WHERE ${tenant} AND ${REPLY_RECEIVED} AND occurred_at <= ${at}) AS r
    INNER JOIN (
        SELECT contact_id, ${latest} AS processed_at FROM events
        WHERE ${tenant} AND ${REPLY_CLASSIFIED|MANUAL_ACTION_REQUIRED} AND occurred_at <= ${at}
        GROUP BY contact_id
    ) AS p ON p.contact_id = r.contact_id
    WHERE p.processed_at >= r.occurred_at)
