type = 'contact.consent.revoked' AND contact_id != '' AND channel = 'email' AND consent_source != 'import' AND occurred_at >= ${month_start}
