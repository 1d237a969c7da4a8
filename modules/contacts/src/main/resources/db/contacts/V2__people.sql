ALTER TABLE contacts
    ADD COLUMN phone_raw text,
    ADD COLUMN time_zone text,
    ADD COLUMN locale    text,
    ADD COLUMN emails    text[] NOT NULL DEFAULT '{}';

-- The further addresses, by which a contact is found as well, and of which each is one contact's. The first address of a contact is its
-- identity. Whoever writes here holds the tenant's address lock alone, whoever writes an identity shares it.
CREATE TABLE contact_emails (
    tenant_id  text NOT NULL,
    address    text NOT NULL,
    contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    PRIMARY KEY (tenant_id, address)
);
CREATE INDEX idx_contact_emails_contact ON contact_emails (contact_id);

-- What a contact agreed to, by channel and topic ('' is everything on the channel); how it came to be is in the event log.
CREATE TABLE consents (
    tenant_id  text        NOT NULL,
    contact_id uuid        NOT NULL REFERENCES contacts ON DELETE CASCADE,
    channel    text        NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp')),
    topic      text        NOT NULL DEFAULT '',
    state      text        NOT NULL CHECK (state IN ('requested', 'granted', 'revoked')),
    source     text,
    proof      jsonb,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (contact_id, channel, topic)
);
CREATE INDEX idx_consents_tenant ON consents (tenant_id, contact_id);

-- The types of attributes that a tenant has declared; others take any value.
CREATE TABLE attribute_types (
    tenant_id text NOT NULL,
    name      text NOT NULL,
    type      text NOT NULL CHECK (type IN ('text', 'number', 'boolean', 'date', 'list')),
    PRIMARY KEY (tenant_id, name)
);
