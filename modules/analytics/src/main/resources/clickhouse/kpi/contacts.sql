-- Whether there is a contact: one that was created and never deleted.
SELECT tenant_id FROM events
WHERE ${tenant} AND type = 'contact.created' AND occurred_at <= ${at} AND contact_id != ''
    AND (tenant_id, contact_id) NOT IN (
        SELECT tenant_id, contact_id FROM events WHERE ${tenant} AND type = 'contact.deleted' AND occurred_at <= ${at})
LIMIT 1 BY tenant_id
