-- One row an effect; no key, so that a second effect of one event would be a second row.
CREATE TABLE effects (
    tenant_id text NOT NULL,
    contact_id text NOT NULL,
    event_id uuid NOT NULL,
    attempt int NOT NULL
);
