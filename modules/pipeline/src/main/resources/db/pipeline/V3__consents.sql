-- What contacts said last about being written to over a channel as a whole, from their events; the newest version stays.
CREATE TABLE consents (
    tenant_id  text    NOT NULL,
    contact_id text    NOT NULL,
    channel    text    NOT NULL,
    revoked    boolean NOT NULL,
    version    bigint  NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, channel)
);
