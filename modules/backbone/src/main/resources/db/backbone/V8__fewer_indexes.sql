-- Nothing asks by type alone: backfills read by position and time. An index costs every event a tenth of its insert.
DROP INDEX idx_system_events_type;
