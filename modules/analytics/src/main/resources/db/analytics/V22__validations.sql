-- What came of the latest proof of each tenant's figures.
CREATE TABLE validations (
    tenant_id    text        PRIMARY KEY,
    id           uuid        NOT NULL,
    as_of        timestamptz NOT NULL,
    completed_at timestamptz NOT NULL DEFAULT now(),
    agreed       boolean     NOT NULL
);

-- Tenants whose figures a night has still to prove.
CREATE TABLE validation_nights (
    night     date NOT NULL,
    tenant_id text NOT NULL,
    PRIMARY KEY (night, tenant_id)
);
