${MESSAGE_SENT} AND channel IN ('email', '') AND occurred_at >= ${month_start}
