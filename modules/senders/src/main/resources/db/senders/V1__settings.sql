-- How a tenant sends. Without a row: UTC and no cap. Version 0 is that of a tenant who never said anything.
CREATE TABLE sending_settings (
    tenant_id      text        PRIMARY KEY,
    time_zone      text        NOT NULL DEFAULT 'UTC',
    daily_send_cap bigint      CHECK (daily_send_cap BETWEEN 1 AND 10000000),
    version        bigint      NOT NULL DEFAULT 0,
    updated_at     timestamptz NOT NULL DEFAULT now()
);
