DROP TABLE IF EXISTS pg_temp.outreach_events, pg_temp.domain_events;

-- The event model's table; what figures read of its metadata in columns.
CREATE TEMPORARY TABLE outreach_events (
    id              uuid        PRIMARY KEY,
    workspace_id    text        NOT NULL,
    campaign_id     text,
    lead_id         text,
    event_type      text        NOT NULL,
    event_timestamp timestamptz NOT NULL,
    channel         text        NOT NULL,
    classification  text        NOT NULL,
    due_at          timestamptz,
    name            text
) ON COMMIT DROP;

-- What the event model takes for granted: contacts, campaigns, settings, consent.
CREATE TEMPORARY TABLE domain_events (
    id              uuid        PRIMARY KEY,
    workspace_id    text        NOT NULL,
    subject         text        NOT NULL,
    event_timestamp timestamptz NOT NULL,
    campaign_id     text,
    lead_id         text,
    name            text,
    channel         text        NOT NULL,
    source          text        NOT NULL,
    time_zone       text        NOT NULL,
    daily_send_cap  bigint
) ON COMMIT DROP;
