-- When each day begins in each time zone, by the IANA rules that the service knows; the service writes the days around now. Views need it:
-- ClickHouse's own functions take one zone a query, and every tenant has its own.
CREATE TABLE IF NOT EXISTS time_zone_days (
    zone LowCardinality(String),
    day Date,
    starts_at DateTime64(3, 'UTC'),
    ends_at DateTime64(3, 'UTC'),
    month_starts_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (starts_at, zone);

ALTER TABLE events ADD COLUMN IF NOT EXISTS consent_source LowCardinality(String)
    DEFAULT if(type IN ('contact.consent.granted', 'contact.consent.revoked'), JSONExtractString(data, 'source'), '')
    COMMENT 'who says so, of events of consent';
