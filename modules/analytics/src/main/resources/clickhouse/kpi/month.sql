SELECT tenant_id,
    uniqExactIf(id, ${MESSAGE_SENT} AND channel IN ('email', '')) AS emails_sent_mtd,
    uniqExactIf(id, ${REPLY_RECEIVED}) AS replies_mtd,
    uniqExactIf(id, ${REPLY_CLASSIFIED} AND classification = 'interested') AS interested_mtd,
    uniqExactIf(id, type = 'pipeline.message.bounced') AS bounces_mtd,
    uniqExactIf(contact_id, type = 'contact.consent.revoked' AND contact_id != '' AND channel = 'email'
        AND consent_source != 'import') AS unsubscribes_mtd
FROM ${events}
WHERE ${tenant} AND ${month_types} AND occurred_at >= ${month_recently} AND occurred_at >= ${month_start} AND occurred_at <= ${at}
GROUP BY tenant_id
