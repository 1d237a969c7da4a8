contact_id != '' AND (
    ${MESSAGE_SENT} AND occurred_at >= ${at} - INTERVAL 168 HOUR
    OR ${REPLY_RECEIVED} AND (contact_id, occurred_at) IN (
        SELECT r.contact_id, r.occurred_at
        FROM (SELECT contact_id, occurred_at FROM events WHERE ${tenant} AND ${REPLY_RECEIVED} AND occurred_at <= ${at}) AS r
        INNER JOIN (
            SELECT contact_id, ${earliest} AS first_sent_at FROM events
            WHERE ${tenant} AND ${MESSAGE_SENT} AND occurred_at <= ${at} AND occurred_at >= ${at} - INTERVAL 168 HOUR
            GROUP BY contact_id
        ) AS s ON s.contact_id = r.contact_id
        WHERE r.occurred_at >= s.first_sent_at))
