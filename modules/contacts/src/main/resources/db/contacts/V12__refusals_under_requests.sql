-- Somebody who had revoked and is asked by double opt-in has still revoked, until it confirms.
SELECT set_config('app.all_tenants', 'on', true);

-- Says something of requests only.
ALTER TABLE consents ADD COLUMN refused boolean NOT NULL DEFAULT false;

-- Of requests before this the log knows what the contact had said. What an undo took back was no word of the contact.
UPDATE consents c SET refused = true WHERE c.state = 'requested' AND 'contact.consent.revoked' = (
    SELECT e.event_type FROM system_events e
    WHERE e.org_id = c.tenant_id AND e.primary_entity_type = 'contact' AND e.primary_entity_id = c.contact_id::text
      AND e.event_type IN ('contact.consent.granted', 'contact.consent.revoked') AND e.payload->>'channel' = c.channel
      AND lower(coalesce(e.payload->>'topic', '')) = c.topic
      AND coalesce(e.payload->>'reason', '') <> 'the import that granted it was undone'
    ORDER BY (e.payload->>'contactVersion')::bigint DESC NULLS LAST LIMIT 1);
