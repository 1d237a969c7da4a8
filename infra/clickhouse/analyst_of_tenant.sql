-- The analyst of the tenant "acme". Put the tenant for acme, and for PASSWORD_HASH the password's SHA-256 in hexadecimal, so that the
-- password itself stands nowhere:
--   printf %s "$PASSWORD" | sha256sum | cut -d ' ' -f 1
CREATE USER IF NOT EXISTS analyst_acme IDENTIFIED WITH sha256_hash BY 'PASSWORD_HASH' DEFAULT DATABASE default;

GRANT analyst TO analyst_acme;

ALTER USER analyst_acme DEFAULT ROLE analyst;

CREATE ROW POLICY IF NOT EXISTS analyst_acme ON default.events FOR SELECT USING tenant_id = 'acme' TO analyst_acme;
