-- An import knows how far it is by itself, what it created and changed is kept so that it can be put back, and a row costs nothing
-- beside its contact unless it failed.
ALTER TABLE imports
    DROP CONSTRAINT imports_status_check,
    ADD CONSTRAINT imports_status_check CHECK (status IN
        ('uploading', 'accepted', 'running', 'completed', 'failed', 'cancelled', 'undoing', 'undone')),
    ADD COLUMN mode        text    NOT NULL DEFAULT 'update',
    ADD COLUMN dry_run     boolean NOT NULL DEFAULT false,
    ADD COLUMN format      text    NOT NULL DEFAULT 'csv' CHECK (format IN ('csv', 'ndjson')),
    -- As it was found in the whole file; null until it is uploaded.
    ADD COLUMN encoding    text,
    -- The file's columns, for the list of errors.
    ADD COLUMN header      jsonb,
    ADD COLUMN rows_read   bigint  NOT NULL DEFAULT 0,
    ADD COLUMN created     bigint  NOT NULL DEFAULT 0,
    ADD COLUMN updated     bigint  NOT NULL DEFAULT 0,
    -- Unchanged ones are among the skipped.
    ADD COLUMN unchanged   bigint  NOT NULL DEFAULT 0,
    ADD COLUMN skipped     bigint  NOT NULL DEFAULT 0,
    ADD COLUMN failed      bigint  NOT NULL DEFAULT 0,
    ADD COLUMN bytes_read  bigint  NOT NULL DEFAULT 0,
    ADD COLUMN bytes_total bigint  NOT NULL DEFAULT 0,
    ADD COLUMN started_at  timestamptz,
    ADD COLUMN finished_at timestamptz,
    ADD COLUMN undo_deleted  bigint NOT NULL DEFAULT 0,
    ADD COLUMN undo_restored bigint NOT NULL DEFAULT 0,
    ADD COLUMN undo_kept     bigint NOT NULL DEFAULT 0;
DROP INDEX idx_imports_open;
CREATE INDEX idx_imports_open ON imports (moved_at) WHERE status IN ('uploading', 'accepted', 'running', 'undoing');

-- Parts come from all kinds of files; to pack them would take longer than to write them.
ALTER TABLE import_parts ALTER COLUMN content SET STORAGE EXTERNAL;

-- The contacts that a chunk of rows created. Gone when they are deleted again.
CREATE TABLE import_chunks (
    tenant_id text   NOT NULL,
    import_id uuid   NOT NULL REFERENCES imports ON DELETE CASCADE,
    first_row bigint NOT NULL,
    created   uuid[] NOT NULL,
    PRIMARY KEY (import_id, first_row)
);

-- What an import changed of a contact: values before and after by field, and tags that it added. Gone when they are put back.
CREATE TABLE import_changes (
    tenant_id  text   NOT NULL,
    import_id  uuid   NOT NULL REFERENCES imports ON DELETE CASCADE,
    contact_id uuid   NOT NULL,
    -- That of the contact after the import's last change.
    version    bigint NOT NULL,
    before     jsonb  NOT NULL,
    wrote      jsonb  NOT NULL,
    tags       text[] NOT NULL,
    PRIMARY KEY (import_id, contact_id)
);

-- Rows that failed, with their own cells, shortened.
CREATE TABLE import_failures (
    tenant_id text   NOT NULL,
    import_id uuid   NOT NULL REFERENCES imports ON DELETE CASCADE,
    row_no    bigint NOT NULL,
    code      text   NOT NULL,
    detail    text   NOT NULL,
    cells     jsonb  NOT NULL,
    PRIMARY KEY (import_id, row_no)
);

-- Contacts that undo left as they are, wholly or in some fields, and why.
CREATE TABLE import_kept (
    tenant_id  text NOT NULL,
    import_id  uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
    contact_id uuid NOT NULL,
    code       text NOT NULL,
    detail     text NOT NULL,
    PRIMARY KEY (import_id, contact_id)
);

-- What contacts would look like after the rows so far of a dry run. Gone when it is over.
CREATE TABLE import_rehearsals (
    tenant_id text  NOT NULL,
    import_id uuid  NOT NULL REFERENCES imports ON DELETE CASCADE,
    identity  text  NOT NULL,
    contact   jsonb NOT NULL,
    PRIMARY KEY (import_id, identity)
);

-- Imports that are to stop. A row of its own: that of the import is locked while a chunk runs.
CREATE TABLE import_cancels (
    tenant_id text NOT NULL,
    import_id uuid PRIMARY KEY REFERENCES imports ON DELETE CASCADE
);

INSERT INTO import_failures (tenant_id, import_id, row_no, code, detail, cells)
    SELECT tenant_id, import_id, row_no, coalesce(code, ''), coalesce(detail, ''), '[]' FROM import_rows WHERE outcome = 'rejected';
INSERT INTO import_chunks (tenant_id, import_id, first_row, created)
    SELECT tenant_id, import_id, min(row_no), array_agg(contact_id) FROM import_rows
    WHERE outcome = 'created' GROUP BY tenant_id, import_id, (row_no - 1) / 2000;
UPDATE imports i SET rows_read = r.last, created = r.created, updated = r.updated, unchanged = r.unchanged, skipped = r.unchanged,
        failed = r.rejected, started_at = i.created_at, finished_at = CASE WHEN i.status IN ('completed', 'failed') THEN i.moved_at END
    FROM (SELECT import_id, max(row_no) AS last,
                 count(*) FILTER (WHERE outcome = 'created') AS created, count(*) FILTER (WHERE outcome = 'updated') AS updated,
                 count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged, count(*) FILTER (WHERE outcome = 'rejected') AS rejected
          FROM import_rows GROUP BY import_id) r
    WHERE r.import_id = i.id;
DROP TABLE import_rows;
