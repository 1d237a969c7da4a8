-- Segments whose members follow a rule, and segments whose members are listed.
ALTER TABLE segments
    ADD COLUMN type text NOT NULL DEFAULT 'dynamic' CHECK (type IN ('dynamic', 'static')),
    -- Of the evaluation over all contacts that runs, over all its chunks.
    ADD COLUMN evaluation_ms      bigint NOT NULL DEFAULT 0,
    ADD COLUMN evaluation_added   bigint NOT NULL DEFAULT 0,
    ADD COLUMN evaluation_removed bigint NOT NULL DEFAULT 0;

-- Grows with every change of a tenant's definitions: what a process remembers of them is right while this is the same.
CREATE TABLE generations (
    tenant_id  text   PRIMARY KEY,
    generation bigint NOT NULL
);

ALTER TABLE contact_copies
    ADD COLUMN time_zone  text,
    ADD COLUMN locale     text,
    ADD COLUMN emails     text[] NOT NULL DEFAULT '{}',
    -- Milliseconds since 1970, as all times that rules compare.
    ADD COLUMN created_ms bigint,
    -- By channel, or channel and topic with a dot between: {"email":{"state":"granted","version":3}}
    ADD COLUMN consents   jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN erased     boolean NOT NULL DEFAULT false,
    ADD COLUMN merged_into text,
    -- What rules compare: every value as text, number and date, read once by the service. Null in rows of before.
    ADD COLUMN facts      jsonb;
-- Room for the next version of a row beside it.
ALTER TABLE contact_copies SET (fillfactor = 90);
CREATE INDEX idx_contact_copies_unread ON contact_copies (tenant_id, contact_id) WHERE facts IS NULL;

-- Imports are no contacts, but their events once made copies: what has no fields belongs nowhere any more.
UPDATE segments SET evaluating_after = '';

-- What happened to contacts, as far back as a rule may look.
CREATE TABLE engagements (
    tenant_id   text   NOT NULL,
    contact_id  text   NOT NULL,
    kind        text   NOT NULL,
    at_ms       bigint NOT NULL,
    event_id    uuid   NOT NULL,
    campaign_id text,
    PRIMARY KEY (tenant_id, contact_id, kind, at_ms, event_id)
);
-- Rows come in the order of their time, nearly: for pruning.
CREATE INDEX idx_engagements_age ON engagements USING brin (at_ms);

-- When an answer can change although nothing happens.
CREATE TABLE due_evaluations (
    tenant_id  text   NOT NULL,
    segment_id uuid   NOT NULL,
    contact_id text   NOT NULL,
    due_ms     bigint NOT NULL,
    PRIMARY KEY (segment_id, contact_id)
);
CREATE INDEX idx_due_evaluations ON due_evaluations (due_ms);
CREATE INDEX idx_due_evaluations_contact ON due_evaluations (tenant_id, contact_id);

-- Of several values some has the text within it, at its beginning or at its end. Functions, since subqueries in a condition would
-- keep Postgres from evaluating it in parallel.
CREATE FUNCTION any_contains(texts jsonb, part text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT EXISTS (SELECT FROM jsonb_array_elements_text(texts) e WHERE strpos(e, part) > 0) $$;
CREATE FUNCTION any_prefix(texts jsonb, part text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT EXISTS (SELECT FROM jsonb_array_elements_text(texts) e WHERE starts_with(e, part)) $$;
CREATE FUNCTION any_suffix(texts jsonb, part text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT EXISTS (SELECT FROM jsonb_array_elements_text(texts) e WHERE right(e, char_length(part)) = part) $$;

-- When what happened at some times changes an answer after now: the first of time plus earlier and time plus later.
CREATE FUNCTION next_change(times jsonb, earlier bigint, later bigint, now bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT min(t.at) FROM jsonb_array_elements(CASE jsonb_typeof(times) WHEN 'array' THEN times
            WHEN 'number' THEN jsonb_build_array(times) ELSE '[]'::jsonb END) d
          CROSS JOIN LATERAL (VALUES (d::bigint + earlier), (d::bigint + later)) t(at) WHERE t.at > now $$;
