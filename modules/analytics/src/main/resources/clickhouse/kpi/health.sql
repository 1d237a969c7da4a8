SELECT tenant_id,
    maxOrNullIf(occurred_at, ${MESSAGE_SENT}) AS last_action_at,
    argMaxIf(channel, (occurred_at, toString(id)), ${MESSAGE_SENT}) AS last_channel,
    uniqExactIf(id, ${MESSAGE_FAILED|CAPTCHA_DETECTED} AND occurred_at >= ${at} - INTERVAL 24 HOUR) AS errors_24h,
    maxOrNullIf(occurred_at, ${CAPTCHA_DETECTED} AND occurred_at >= ${at} - INTERVAL 24 HOUR) AS captcha_at,
    maxOrNullIf(occurred_at, ${AUTOMATION_THROTTLED}) AS throttled_at,
    maxOrNullIf(occurred_at, ${AUTOMATION_RESUMED}) AS resumed_at
FROM events
WHERE ${tenant} AND ${MESSAGE_SENT|MESSAGE_FAILED|CAPTCHA_DETECTED|AUTOMATION_THROTTLED|AUTOMATION_RESUMED}
    AND occurred_at <= ${at}
    AND (occurred_at >= ${at} - INTERVAL 24 HOUR OR NOT ${MESSAGE_FAILED})
GROUP BY tenant_id
