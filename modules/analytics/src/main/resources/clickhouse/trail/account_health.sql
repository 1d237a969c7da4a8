${MESSAGE_FAILED|CAPTCHA_DETECTED} AND occurred_at >= ${at} - INTERVAL 24 HOUR
OR ${AUTOMATION_THROTTLED|AUTOMATION_RESUMED}
OR ${MESSAGE_SENT} AND (occurred_at, toString(id)) IN (
    SELECT occurred_at, max(toString(id)) FROM events
    WHERE ${tenant} AND ${MESSAGE_SENT} AND occurred_at IN (
        SELECT ${latest} FROM events WHERE ${tenant} AND ${MESSAGE_SENT} AND occurred_at <= ${at})
    GROUP BY occurred_at)
