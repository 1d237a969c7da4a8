-- The latest settings. As a tuple: argMax leaves rows out whose value is NULL, and no cap is NULL.
SELECT tenant_id, latest.1 AS time_zone, latest.2 AS daily_send_cap
FROM (
    SELECT tenant_id,
        argMax((JSONExtractString(data, 'timeZone'), JSONExtract(data, 'dailySendCap', 'Nullable(Int64)')),
            (occurred_at, toString(id))) AS latest
    FROM events
    WHERE ${tenant} AND type = 'sender.settings.updated' AND occurred_at <= ${at}
    GROUP BY tenant_id
)
