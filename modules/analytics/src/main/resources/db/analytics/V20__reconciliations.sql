-- Comparisons of ClickHouse with the services' logs: those that wait, the one that runs, and what came of the others.
CREATE TABLE reconciliations (
    id           uuid        PRIMARY KEY,
    -- Null for all tenants; such a row is seen by the house alone.
    tenant_id    text,
    from_at      timestamptz NOT NULL,
    to_at        timestamptz NOT NULL,
    requested_by text        NOT NULL,
    -- The day (UTC) of a nightly one, so that several instances begin one a night.
    night        date        UNIQUE,
    status       varchar(16) NOT NULL CHECK (status IN ('running', 'completed', 'failed')),
    attempts     int         NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    -- What was found, as the API shows it; null before the end.
    outcome      jsonb
);
CREATE INDEX idx_reconciliations_running ON reconciliations (created_at) WHERE status = 'running';
CREATE INDEX idx_reconciliations_tenant ON reconciliations (tenant_id, id);
