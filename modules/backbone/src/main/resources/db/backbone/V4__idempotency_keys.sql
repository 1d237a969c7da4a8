-- Requests that named an Idempotency-Key, and their answers; written in the transaction of their effect, so a row that can be
-- seen has its answer. Forgotten after 24 hours.
CREATE TABLE idempotency_keys (
    tenant_id   text        NOT NULL,
    key         text        NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    -- SHA-256 of method, path, tenant and body: the same key with another request is an error.
    fingerprint bytea       NOT NULL,
    status      int,
    location    text,
    etag        text,
    body        bytea,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idx_idempotency_keys_age ON idempotency_keys USING brin (created_at);
