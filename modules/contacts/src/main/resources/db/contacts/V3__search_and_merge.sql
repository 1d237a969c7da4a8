-- Words and exact values by which a contact is found, made by SearchTerms; null until they are (rows of older versions).
ALTER TABLE contacts ADD COLUMN search tsvector;
CREATE INDEX idx_contacts_search ON contacts USING gin (search);
CREATE INDEX idx_contacts_unsearchable ON contacts (id) WHERE search IS NULL;

-- Matching words is not leakproof, so under row-level security it could not use its index. This function can, for it runs
-- as the tables' owner, who sees every row here; the tenant is that of the transaction, whatever the caller says.
CREATE POLICY search ON contacts FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION search_contacts(words tsquery, low uuid, high uuid, newest_first boolean, most int) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = contacts, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT id FROM contacts WHERE tenant_id = $1 AND search @@ $2 AND id > $3 AND id < $4 ORDER BY id '
        || CASE WHEN newest_first THEN 'DESC' ELSE 'ASC' END || ' LIMIT $5'
        USING current_setting('app.tenant_id'), words, low, high, most;
END $$;

-- Contacts that are no more: into which other they were merged, and the hashes of their addresses, so that a link in an old
-- mail still does what it says. No address can be read from a hash.
CREATE TABLE former_contacts (
    tenant_id   text        NOT NULL,
    contact_id  uuid        NOT NULL,
    merged_into uuid,
    addresses   bytea[]     NOT NULL,
    gone_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, contact_id)
);

-- Addresses of former contacts that must not be written to: whoever comes back under one of them is revoked from the start.
CREATE TABLE suppressed_addresses (
    tenant_id text  NOT NULL,
    address   bytea NOT NULL,
    channel   text  NOT NULL,
    topic     text  NOT NULL,
    since     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, address, channel, topic)
);

-- What makes a tenant's hashes its own.
CREATE TABLE address_salts (
    tenant_id text  PRIMARY KEY,
    salt      bytea NOT NULL
);
