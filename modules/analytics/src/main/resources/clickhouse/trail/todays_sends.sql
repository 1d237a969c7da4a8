${MESSAGE_SENT} AND occurred_at >= ${day_start}
