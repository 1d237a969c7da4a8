campaign_id != '' AND ${campaign} AND (${lifecycle} OR ${MESSAGE_SENT|REPLY_RECEIVED} AND occurred_at >= ${day_start})
