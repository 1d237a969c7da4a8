-- Every event of all tenants, one row each. The sorting key makes ReplacingMergeTree drop a second row of an event, should one
-- ever get in (see EventArchive). The minmax index serves the check for known ids, which has a time range but not always few
-- tenants and types.
CREATE TABLE IF NOT EXISTS events (
    id UUID,
    type LowCardinality(String),
    tenant_id String,
    source LowCardinality(String),
    version LowCardinality(String),
    occurred_at DateTime64(3, 'UTC'),
    correlation_id String,
    causation_id Nullable(UUID),
    actor_id String,
    actor_type LowCardinality(String),
    entity_id String,
    entity_type LowCardinality(String),
    data String COMMENT 'JSON text',
    extensions String COMMENT 'unknown top-level fields of the envelope as JSON text, or empty',
    stream_position UInt64,
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3),
    INDEX occurred_at_range occurred_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant_id, type, occurred_at, id);

ALTER TABLE events ADD COLUMN IF NOT EXISTS
    trace_id String COMMENT '32 hexadecimal digits, or empty' AFTER causation_id;
