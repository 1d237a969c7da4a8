-- The append-only event log of this schema. It is also the outbox: a relay publishes it, and no row is ever changed.
-- Tenants, actors and entities are texts, as in the envelope (a tenant need not be a UUID).
CREATE TABLE system_events (
    id                  uuid        NOT NULL,
    org_id              text        NOT NULL CHECK (length(org_id) BETWEEN 1 AND 128),
    event_type          varchar(64) NOT NULL,
    occurred_at         timestamptz NOT NULL,
    actor_id            text        NOT NULL,
    actor_type          varchar(16) NOT NULL CHECK (actor_type IN ('user', 'system', 'client')),
    primary_entity_id   text        NOT NULL,
    primary_entity_type varchar(32) NOT NULL,
    payload             jsonb       NOT NULL,
    created_at          timestamptz NOT NULL DEFAULT now(),
    -- The transaction has its id before the row has its position: defaults are evaluated in this order, and the relay
    -- relies on it when it asks whether a missing position can still appear.
    tx_id               xid8        NOT NULL DEFAULT pg_current_xact_id(),
    seq                 bigserial   NOT NULL,
    correlation_id      text        NOT NULL,
    causation_id        uuid,
    source              varchar(64) NOT NULL,
    version             varchar(16) NOT NULL,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);

-- Months are added ahead of time; the default partition only makes sure that an append never fails for want of one.
CREATE TABLE system_events_default PARTITION OF system_events DEFAULT;

CREATE INDEX idx_system_events_relay ON system_events (seq);
CREATE INDEX idx_system_events_org_occurred_at ON system_events (org_id, occurred_at DESC);
CREATE INDEX idx_system_events_entity ON system_events (primary_entity_type, primary_entity_id, occurred_at DESC);
CREATE INDEX idx_system_events_type ON system_events (event_type, org_id);
CREATE INDEX idx_system_events_correlation ON system_events (correlation_id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'system_events is append-only';
END $$;
CREATE TRIGGER system_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON system_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- How far the relay has published. One row.
CREATE TABLE relay_cursor (
    one        boolean     PRIMARY KEY DEFAULT true CHECK (one),
    seq        bigint      NOT NULL,
    moved_at   timestamptz NOT NULL DEFAULT now()
);
INSERT INTO relay_cursor (seq) VALUES (0);

-- Which events a durable has handled; written in the transaction of the effects.
CREATE TABLE processed_events (
    consumer     text        NOT NULL,
    event_id     uuid        NOT NULL,
    processed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX idx_processed_events_age ON processed_events USING brin (processed_at);

-- Attempts of events that did not succeed at once; committed before the attempt, so that one that kills the process counts.
CREATE TABLE delivery_attempts (
    consumer text        NOT NULL,
    event_id uuid        NOT NULL,
    attempts int         NOT NULL,
    first_at timestamptz NOT NULL DEFAULT now(),
    last_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
