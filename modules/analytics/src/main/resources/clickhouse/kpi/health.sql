-- The latest message, and what went wrong. The channel is asked of the messages of the latest time alone: to order all of them by their
-- ids takes five times as long.
SELECT tenant_id,
    fromUnixTimestamp64Milli(max(sent_at), 'UTC') AS last_action_at,
    max(sent_over) AS last_channel,
    max(errors) AS errors_24h,
    fromUnixTimestamp64Milli(max(captcha), 'UTC') AS captcha_at,
    fromUnixTimestamp64Milli(max(throttled), 'UTC') AS throttled_at,
    fromUnixTimestamp64Milli(max(resumed), 'UTC') AS resumed_at
FROM (
    SELECT tenant_id, toNullable(max(toUnixTimestamp64Milli(occurred_at))) AS sent_at, toString(argMax(channel, toString(id))) AS sent_over,
        0 AS errors, NULL AS captcha, NULL AS throttled, NULL AS resumed
    FROM events
    WHERE ${tenant} AND ${MESSAGE_SENT} AND (tenant_id, occurred_at) IN (
        SELECT tenant_id, ${latest} FROM events
        WHERE ${tenant} AND ${MESSAGE_SENT} AND occurred_at <= ${at}
        GROUP BY tenant_id)
    GROUP BY tenant_id
    UNION ALL
    SELECT tenant_id, NULL, '',
        uniqExactIf(id, ${MESSAGE_FAILED|CAPTCHA_DETECTED} AND occurred_at >= ${at} - INTERVAL 24 HOUR),
        maxOrNullIf(toUnixTimestamp64Milli(occurred_at), ${CAPTCHA_DETECTED} AND occurred_at >= ${at} - INTERVAL 24 HOUR),
        maxOrNullIf(toUnixTimestamp64Milli(occurred_at), ${AUTOMATION_THROTTLED}),
        maxOrNullIf(toUnixTimestamp64Milli(occurred_at), ${AUTOMATION_RESUMED})
    FROM events
    WHERE ${tenant} AND ${MESSAGE_FAILED|CAPTCHA_DETECTED|AUTOMATION_THROTTLED|AUTOMATION_RESUMED}
        AND occurred_at <= ${at} AND (occurred_at >= ${at} - INTERVAL 24 HOUR OR NOT ${MESSAGE_FAILED})
    GROUP BY tenant_id
)
GROUP BY tenant_id
