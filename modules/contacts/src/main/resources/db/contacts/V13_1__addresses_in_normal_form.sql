-- Identities were addresses in lower case; their normal form is more than that (EmailAddresses). Contacts for which it may be another
-- one wait here for the service, since Postgres knows no Punycode.
SELECT set_config('app.all_tenants', 'on', true);

CREATE TABLE addresses_to_normalise (
    tenant_id  text NOT NULL,
    contact_id uuid PRIMARY KEY REFERENCES contacts ON DELETE CASCADE
);
INSERT INTO addresses_to_normalise (tenant_id, contact_id)
    SELECT tenant_id, id FROM contacts WHERE identity || ' ' || array_to_string(emails, ' ') ~* '[^\x01-\x7f]|xn--';
