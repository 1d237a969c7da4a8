-- A reply is dealt with by a classification or a manual action of the same lead at or after it.
-- A lead's first message is its first within the week; a reply before it is no reply to it.
-- Times are milliseconds since 1900, before which no event is, and one more: 0 is none.
SELECT tenant_id,
    countIf(replied_at > processed_at) AS replies_requiring_action,
    countIf(first_sent_at > 0) AS leads_messaged,
    countIf(first_sent_at > 0 AND replied_at >= first_sent_at) AS leads_replied
FROM (
    SELECT tenant_id,
        minIf(toUnixTimestamp64Milli(occurred_at) + 2208988800001 AS time, ${MESSAGE_SENT}) AS first_sent_at,
        maxIf(time, ${REPLY_RECEIVED}) AS replied_at,
        maxIf(time, ${REPLY_CLASSIFIED|MANUAL_ACTION_REQUIRED}) AS processed_at
    FROM events
    WHERE ${tenant} AND ${MESSAGE_SENT|REPLY_RECEIVED|REPLY_CLASSIFIED|MANUAL_ACTION_REQUIRED}
        AND occurred_at <= ${at} AND contact_id != ''
        AND (occurred_at >= ${at} - INTERVAL 168 HOUR OR NOT ${MESSAGE_SENT})
    GROUP BY tenant_id, contact_id
)
GROUP BY tenant_id
