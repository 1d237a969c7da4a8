-- Backfills: events of this log that are given to one durable. A row is the progress of one; several rows may run at once.
CREATE TABLE replays (
    id           uuid        PRIMARY KEY,
    durable      text        NOT NULL,
    patterns     text[]      NOT NULL,
    tenant_id    text,
    from_at      timestamptz NOT NULL,
    to_at        timestamptz NOT NULL,
    rate         int         NOT NULL CHECK (rate > 0),
    requested_by text        NOT NULL,
    next_seq     bigint      NOT NULL,
    until_seq    bigint      NOT NULL,
    published    bigint      NOT NULL DEFAULT 0,
    status       varchar(16) NOT NULL CHECK (status IN ('running', 'completed', 'cancelled')),
    created_at   timestamptz NOT NULL DEFAULT now(),
    moved_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_replays_running ON replays (created_at) WHERE status = 'running';

-- Until when a durable's processed events have been forgotten. An event from before may have taken effect: it is not
-- handled again in a backfill.
CREATE TABLE processed_forgotten (
    consumer  text        PRIMARY KEY,
    until     timestamptz NOT NULL
);
