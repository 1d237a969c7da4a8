${REPLY_CLASSIFIED} AND classification = 'interested' AND occurred_at >= ${month_start}
