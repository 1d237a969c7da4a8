-- What the consumers under measurement write: one row an event.
CREATE TABLE contacts (
    tenant_id  text   NOT NULL,
    contact_id text   NOT NULL,
    email      text,
    source     text,
    version    bigint NOT NULL,
    PRIMARY KEY (tenant_id, contact_id)
);
