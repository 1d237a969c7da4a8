-- One row an effect; no key on the event, so that a second effect would be a second row.
CREATE TABLE effects (
    position bigserial NOT NULL,
    tenant_id text NOT NULL,
    contact_id text NOT NULL,
    event_id uuid NOT NULL,
    attempt int NOT NULL
);
