-- The ids of events that automations outside have told, of all tenants: an id is taken once, for ever, whatever becomes of the log's
-- partitions. The digest tells the same event from another one with its id; it is not personal, and cannot be turned back.
CREATE TABLE outreach_event_ids (
    id          uuid        PRIMARY KEY,
    tenant_id   text        NOT NULL,
    digest      uuid        NOT NULL,
    occurred_at timestamptz NOT NULL
);
