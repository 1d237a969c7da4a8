-- Persons who are to be forgotten. The rows stay: they are the record that it was done, and of whom nothing may be sent to.
CREATE TABLE erasures (
    tenant_id     text        NOT NULL,
    contact_id    text        NOT NULL,
    requested_at  timestamptz NOT NULL DEFAULT now(),
    -- Events come late, so there are several sweeps; null after the last.
    next_sweep_at timestamptz DEFAULT now(),
    sweeps        int         NOT NULL DEFAULT 0,
    -- The log is done up to this position; the next sweep begins behind it.
    scanned_to    bigint      NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, contact_id)
);
CREATE INDEX idx_erasures_due ON erasures (next_sweep_at) WHERE next_sweep_at IS NOT NULL;

-- Events whose data were redacted in the log, and what still has to be done about their messages.
CREATE TABLE erased_events (
    event_id    uuid        PRIMARY KEY,
    seq         bigint      NOT NULL,
    event_type  text        NOT NULL,
    created_at  timestamptz NOT NULL,
    -- When the message in the stream was replaced, or found to be gone.
    replaced_at timestamptz
);
CREATE INDEX idx_erased_events_open ON erased_events (seq) WHERE replaced_at IS NULL;

-- Missing messages that were not deleted on purpose; of these the relay thinks when it asks what was lost.
ALTER TABLE relay_holes ADD COLUMN unintended bigint NOT NULL DEFAULT 0;
UPDATE relay_holes SET unintended = holes;

-- The log stays append-only, with one exception: redact_events below. Who may not update the table gains nothing from the
-- setting, and the services may not; it keeps its owner from changing events by accident.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('alum.redacting', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'system_events is append-only';
END $$;

-- Takes fields out of the payloads of events, with the rights of the tables' owner. All that a service, or who got hold of its login, can
-- do with it: leave out fields of an event, or put the text "erased" in their place, when the event is of a contact that is
-- recorded as erased and of a tenant that the transaction may see. The request's path is shortened. Nothing else changes. Answers how many did.
CREATE FUNCTION redact_events(ids uuid[], payloads jsonb[]) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = ${flyway:defaultSchema}, pg_temp
AS $$
DECLARE
    changed int;
BEGIN
    -- Not as a clause of the function: only superusers may attach a setting of an unknown name to one.
    PERFORM set_config('alum.redacting', 'on', true);
    -- A request's path can name a tag; up to the kind of thing that it was about it says nothing of anybody.
    UPDATE system_events e SET payload = redacted.payload, origin = substring(e.origin FROM '^[A-Z]+ /api/[a-z]+')
    FROM unnest(ids, payloads) AS redacted (id, payload)
    WHERE e.id = redacted.id
      AND (e.org_id = current_setting('app.tenant_id', true) OR current_setting('app.all_tenants', true) = 'on')
      AND EXISTS (
        SELECT 1 FROM erasures x
        WHERE x.tenant_id = e.org_id
          AND x.contact_id = coalesce(e.payload->>'contactId',
                CASE WHEN e.primary_entity_type = 'contact' THEN e.primary_entity_id END))
      AND NOT EXISTS (
        SELECT 1 FROM jsonb_each(redacted.payload) AS left_over (key, value)
        WHERE NOT (e.payload ? left_over.key
                   AND (left_over.value = '"erased"' OR left_over.value = e.payload->left_over.key)));
    GET DIAGNOSTICS changed = ROW_COUNT;
    PERFORM set_config('alum.redacting', 'off', true);
    RETURN changed;
END $$;
REVOKE ALL ON FUNCTION redact_events(uuid[], jsonb[]) FROM PUBLIC;
