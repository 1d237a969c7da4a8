CREATE TABLE segments (
    id         uuid        PRIMARY KEY,
    tenant_id  text        NOT NULL,
    name       text        NOT NULL,
    definition jsonb       NOT NULL,
    version    bigint      NOT NULL DEFAULT 1,
    -- The evaluation over all contacts has come to this contact; null when it is done.
    evaluating_after text  DEFAULT '',
    correlation_id text    NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_segments_tenant ON segments (tenant_id, id);
CREATE INDEX idx_segments_evaluating ON segments (created_at) WHERE evaluating_after IS NOT NULL;

-- This service's own copy of the contacts. Fields and tags have versions of their own: their events may arrive in any order.
CREATE TABLE contact_copies (
    tenant_id      text   NOT NULL,
    contact_id     text   NOT NULL,
    email          text,
    phone          text,
    first_name     text,
    last_name      text,
    source         text,
    attributes     jsonb  NOT NULL DEFAULT '{}',
    tags           text[] NOT NULL DEFAULT '{}',
    fields_version bigint NOT NULL DEFAULT 0,
    tags_version   bigint NOT NULL DEFAULT 0,
    deleted        boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, contact_id)
);

CREATE TABLE members (
    tenant_id  text NOT NULL,
    segment_id uuid NOT NULL,
    contact_id text NOT NULL,
    since      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (segment_id, contact_id)
);
CREATE INDEX idx_members_contact ON members (tenant_id, contact_id);
