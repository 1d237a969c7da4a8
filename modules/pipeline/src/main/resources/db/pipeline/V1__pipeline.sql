-- queued -> transmitting -> sent | failed. A message found in transmitting after a crash is in doubt and never sent again.
CREATE TABLE messages (
    tenant_id       text        NOT NULL,
    message_id      text        NOT NULL,
    channel         text        NOT NULL,
    contact_id      text        NOT NULL,
    recipient       text        NOT NULL,
    subject         text,
    html            text,
    body_text       text,
    variables       jsonb       NOT NULL DEFAULT '{}',
    source_type     text,
    source_id       text,
    template_id     text,
    status          text        NOT NULL CHECK (status IN ('queued', 'transmitting', 'sent', 'failed')),
    attempts        int         NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    lease_until     timestamptz,
    external_id     text,
    error_code      text,
    error           text,
    correlation_id  text        NOT NULL,
    causation_id    uuid,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, message_id)
);
CREATE INDEX idx_messages_queued ON messages (next_attempt_at) WHERE status = 'queued';
CREATE INDEX idx_messages_transmitting ON messages (lease_until) WHERE status = 'transmitting';
CREATE INDEX idx_messages_source ON messages (tenant_id, source_id);
