campaign_id != '' AND ${campaign} AND (${lifecycle} OR (${MESSAGE_SENT} OR ${REPLY_RECEIVED} AND contact_id != '') AND occurred_at >= ${day_start})
