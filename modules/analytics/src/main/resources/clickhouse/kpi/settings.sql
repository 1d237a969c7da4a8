-- The latest settings. A cap is a whole number above 0.
SELECT tenant_id, latest.1 AS time_zone, if(latest.2 > 0, latest.2, NULL) AS daily_send_cap
FROM (
    SELECT tenant_id,
        argMax((JSONExtractString(data, 'timeZone'), 
                if(JSONType(data, 'dailySendCap') = 'Int64', JSONExtractInt(data, 'dailySendCap'), 0)),
            (occurred_at, toString(id))) AS latest
    FROM events
    WHERE ${tenant} AND type = 'sender.settings.updated' AND occurred_at <= ${at}
    GROUP BY tenant_id
)
