CREATE TABLE contacts (
    id           uuid        PRIMARY KEY,
    tenant_id    text        NOT NULL,
    -- What makes two contacts the same: the address in lower case, or the number of a contact without one.
    identity     text        NOT NULL,
    email        text,
    phone        text,
    first_name   text,
    last_name    text,
    source       text,
    attributes   jsonb       NOT NULL DEFAULT '{}',
    tags         text[]      NOT NULL DEFAULT '{}',
    version      bigint      NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, identity)
);
CREATE INDEX idx_contacts_tenant ON contacts (tenant_id, id);

CREATE TABLE imports (
    id             uuid        PRIMARY KEY,
    tenant_id      text        NOT NULL,
    status         text        NOT NULL CHECK (status IN ('uploading', 'accepted', 'running', 'completed', 'failed')),
    source         text,
    tag            text,
    mapping        jsonb       NOT NULL,
    failure        text,
    correlation_id text        NOT NULL,
    user_id        text        NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    -- When it had its last turn; the next turn is of the import that waits longest.
    moved_at       timestamptz NOT NULL DEFAULT now(),
    -- Chunks in a row that failed for a reason that is not in the file, and when the next try is due.
    failures       int         NOT NULL DEFAULT 0,
    retry_at       timestamptz
);
CREATE INDEX idx_imports_open ON imports (moved_at) WHERE status IN ('uploading', 'accepted', 'running');
CREATE INDEX idx_imports_tenant ON imports (tenant_id, id);

-- The uploaded file, so that an import that was accepted can be finished whatever dies. Deleted when it is finished.
CREATE TABLE import_parts (
    tenant_id text  NOT NULL,
    import_id uuid  NOT NULL REFERENCES imports ON DELETE CASCADE,
    part_no   int   NOT NULL,
    content   bytea NOT NULL,
    PRIMARY KEY (import_id, part_no)
);

-- What became of each row of the file; written with its effect, so the last row here is where the import stands.
CREATE TABLE import_rows (
    tenant_id  text   NOT NULL,
    import_id  uuid   NOT NULL REFERENCES imports ON DELETE CASCADE,
    row_no     bigint NOT NULL,
    outcome    text   NOT NULL CHECK (outcome IN ('created', 'updated', 'unchanged', 'rejected')),
    contact_id uuid,
    code       text,
    detail     text,
    PRIMARY KEY (import_id, row_no)
);
CREATE INDEX idx_import_rows_rejected ON import_rows (import_id, row_no) WHERE outcome = 'rejected';
