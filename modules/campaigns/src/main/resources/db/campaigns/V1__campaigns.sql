CREATE TABLE campaigns (
    id             uuid        PRIMARY KEY,
    tenant_id      text        NOT NULL,
    name           text        NOT NULL,
    channel        text        NOT NULL,
    segment_id     text        NOT NULL,
    template_id    text        NOT NULL,
    status         text        NOT NULL CHECK (status IN ('draft', 'started', 'completed')),
    -- The audience has been built up to this contact; null before the start and when it is complete.
    audience_after text,
    started_at     timestamptz,
    correlation_id text        NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_campaigns_tenant ON campaigns (tenant_id, id);
CREATE INDEX idx_campaigns_audience ON campaigns (started_at) WHERE audience_after IS NOT NULL;

-- One row a recipient: nobody is in an audience twice.
CREATE TABLE audience (
    campaign_id uuid NOT NULL REFERENCES campaigns,
    tenant_id   text NOT NULL,
    contact_id  text NOT NULL,
    message_id  text NOT NULL,
    outcome     text CHECK (outcome IN ('sent', 'failed', 'skipped')),
    PRIMARY KEY (campaign_id, contact_id)
);
CREATE UNIQUE INDEX idx_audience_message ON audience (message_id);
CREATE INDEX idx_audience_open ON audience (campaign_id) WHERE outcome IS NULL;

-- Copies of what other services own. event_id (UUIDv7) tells which of two events is the newer.
CREATE TABLE segment_members (
    tenant_id  text    NOT NULL,
    segment_id text    NOT NULL,
    contact_id text    NOT NULL,
    email      text,
    variables  jsonb   NOT NULL,
    present    boolean NOT NULL,
    event_id   uuid    NOT NULL,
    PRIMARY KEY (tenant_id, segment_id, contact_id)
);
CREATE TABLE evaluated_segments (
    tenant_id  text NOT NULL,
    segment_id text NOT NULL,
    PRIMARY KEY (tenant_id, segment_id)
);
CREATE TABLE template_copies (
    tenant_id   text NOT NULL,
    template_id text NOT NULL,
    subject     text,
    html        text,
    body_text   text,
    version     bigint NOT NULL,
    PRIMARY KEY (tenant_id, template_id)
);
