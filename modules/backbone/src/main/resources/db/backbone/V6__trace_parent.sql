-- The trace that an event belongs to, as the header traceparent (W3C Trace Context); null for older rows, and for those of
-- an instance that does not know the column yet.
ALTER TABLE system_events ADD COLUMN trace_parent text;
-- By trace id. Rows of one trace share an entry, so that an import's many cost little.
CREATE INDEX idx_system_events_trace ON system_events (substr(trace_parent, 4, 32) COLLATE "C")
    WHERE trace_parent IS NOT NULL;
