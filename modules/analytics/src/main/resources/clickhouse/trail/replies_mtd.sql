${REPLY_RECEIVED} AND occurred_at >= ${month_start}
