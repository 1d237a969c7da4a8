-- Imports once kept topics as the column spelt them, the API in lower case: of two spellings the strictest word stays, of equally
-- strict ones the last.
SELECT set_config('app.all_tenants', 'on', true);

DELETE FROM consents c USING consents o
    WHERE o.contact_id = c.contact_id AND o.channel = c.channel AND lower(o.topic) = lower(c.topic) AND o.topic <> c.topic
      AND (array_position(ARRAY['granted', 'requested', 'revoked'], o.state), o.changed_at, o.topic)
        > (array_position(ARRAY['granted', 'requested', 'revoked'], c.state), c.changed_at, c.topic);
UPDATE consents SET topic = lower(topic) WHERE topic <> lower(topic);

INSERT INTO suppressed_addresses (tenant_id, address, channel, topic, since)
    SELECT tenant_id, address, channel, lower(topic), since FROM suppressed_addresses WHERE topic <> lower(topic)
    ON CONFLICT DO NOTHING;
DELETE FROM suppressed_addresses WHERE topic <> lower(topic);
