-- What figures ask for, as columns. The expressions say what each one is, and serve rows from before there were these columns.
-- None is personal: an erasure rewrites data and extensions alone. Empty text means none.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS contact_id String
        DEFAULT if(JSONType(data, 'contactId') = 'String', JSONExtractString(data, 'contactId'), if(entity_type = 'contact', entity_id, '')),
    ADD COLUMN IF NOT EXISTS campaign_id String
        DEFAULT multiIf(JSONExtractString(data, 'campaignId') != '', JSONExtractString(data, 'campaignId'),
                        JSONExtractString(data, 'sourceType') = 'campaign', JSONExtractString(data, 'sourceId'), ''),
    ADD COLUMN IF NOT EXISTS sequence_id String
        DEFAULT multiIf(JSONExtractString(data, 'sequenceId') != '', JSONExtractString(data, 'sequenceId'),
                        JSONExtractString(data, 'sourceType') = 'sequence', JSONExtractString(data, 'sourceId'), ''),
    ADD COLUMN IF NOT EXISTS segment_id String DEFAULT JSONExtractString(data, 'segmentId'),
    ADD COLUMN IF NOT EXISTS template_id String DEFAULT JSONExtractString(data, 'templateId'),
    ADD COLUMN IF NOT EXISTS message_id String DEFAULT JSONExtractString(data, 'messageId'),
    ADD COLUMN IF NOT EXISTS sender_id String DEFAULT JSONExtractString(data, 'senderId'),
    ADD COLUMN IF NOT EXISTS channel LowCardinality(String) DEFAULT JSONExtractString(data, 'channel'),
    ADD COLUMN IF NOT EXISTS provider LowCardinality(String) DEFAULT JSONExtractString(data, 'provider'),
    ADD COLUMN IF NOT EXISTS classification LowCardinality(String) DEFAULT JSONExtractString(data, 'classification'),
    ADD COLUMN IF NOT EXISTS automatic Bool
        DEFAULT JSONExtractBool(data, 'automatic') OR JSONExtractBool(data, 'autoReply')
        COMMENT 'an automatic reply, or an opening or click by a machine',
    ADD COLUMN IF NOT EXISTS message_number UInt32
        DEFAULT JSONExtractUInt(data, 'messageNumber')
        COMMENT 'which message of its sequence, from 1; 0 for none',
    ADD COLUMN IF NOT EXISTS due_at Nullable(DateTime64(3, 'UTC'))
        DEFAULT if(match(JSONExtractString(data, 'dueAt'), '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$'),
                   parseDateTime64BestEffortOrNull(JSONExtractString(data, 'dueAt'), 3, 'UTC'), NULL),
    ADD COLUMN IF NOT EXISTS name String
        DEFAULT multiIf(JSONExtractString(data, 'campaignName') != '', JSONExtractString(data, 'campaignName'),
                        JSONExtractString(data, 'sequenceName') != '', JSONExtractString(data, 'sequenceName'),
                        splitByChar('.', type)[1] IN ('campaign', 'segment', 'template'), JSONExtractString(data, 'name'), '')
        COMMENT 'of the campaign, segment, template or sequence that the event is about';
