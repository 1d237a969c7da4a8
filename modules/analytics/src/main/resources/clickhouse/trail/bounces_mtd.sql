type = 'pipeline.message.bounced' AND occurred_at >= ${month_start}
