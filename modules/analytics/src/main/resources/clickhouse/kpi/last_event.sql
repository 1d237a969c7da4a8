SELECT occurred_at AS last_event_at FROM events WHERE ${tenant} AND occurred_at <= ${at} ORDER BY occurred_at DESC LIMIT 1
