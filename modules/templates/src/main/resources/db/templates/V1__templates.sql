CREATE TABLE templates (
    id         uuid        PRIMARY KEY,
    tenant_id  text        NOT NULL,
    name       text        NOT NULL,
    channel    text        NOT NULL,
    subject    text,
    html       text,
    body_text  text,
    version    bigint      NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_templates_tenant ON templates (tenant_id, id);
