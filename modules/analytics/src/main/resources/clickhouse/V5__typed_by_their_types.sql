-- What a replay reads of an event, the columns have, whatever a client published: a text is a text, not a number written as one; a number
-- is whole, and does not begin anew at 2^32; a time is what Fact.java takes for one. Rows that are there already stay as they are.
ALTER TABLE events
    MODIFY COLUMN campaign_id String
        DEFAULT multiIf(JSONType(data, 'campaignId') = 'String' AND JSONExtractString(data, 'campaignId') != '', JSONExtractString(data, 'campaignId'),
                        JSONType(data, 'sourceType') = 'String' AND JSONExtractString(data, 'sourceType') = 'campaign'
                            AND JSONType(data, 'sourceId') = 'String', JSONExtractString(data, 'sourceId'), ''),
    MODIFY COLUMN channel LowCardinality(String)
        DEFAULT if(JSONType(data, 'channel') = 'String', JSONExtractString(data, 'channel'), ''),
    MODIFY COLUMN classification LowCardinality(String)
        DEFAULT if(JSONType(data, 'classification') = 'String', JSONExtractString(data, 'classification'), ''),
    MODIFY COLUMN automatic Bool
        DEFAULT JSONType(data, 'automatic') = 'Bool' AND JSONExtractBool(data, 'automatic')
             OR JSONType(data, 'autoReply') = 'Bool' AND JSONExtractBool(data, 'autoReply'),
    MODIFY COLUMN message_number UInt32
        DEFAULT if(JSONType(data, 'messageNumber') IN ('Int64', 'UInt64'), least(JSONExtractUInt(data, 'messageNumber'), 4294967295), 0),
    MODIFY COLUMN due_at Nullable(DateTime64(3, 'UTC'))
        DEFAULT if(match(JSONExtractString(data, 'dueAt'),
                       '^(19\\d\\d|2[0-2]\\d\\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T(([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?|24:00:00(\\.0{1,9})?)(Z|[+-](0\\d|1[0-7]):[0-5]\\d)$'),
                   parseDateTime64BestEffortOrNull(JSONExtractString(data, 'dueAt'), 3, 'UTC'), NULL),
    MODIFY COLUMN name String
        DEFAULT multiIf(JSONType(data, 'campaignName') = 'String' AND JSONExtractString(data, 'campaignName') != '', JSONExtractString(data, 'campaignName'),
                        JSONType(data, 'sequenceName') = 'String' AND JSONExtractString(data, 'sequenceName') != '', JSONExtractString(data, 'sequenceName'),
                        splitByChar('.', type)[1] IN ('campaign', 'segment', 'template') AND JSONType(data, 'name') = 'String',
                        JSONExtractString(data, 'name'), ''),
    MODIFY COLUMN consent_source LowCardinality(String)
        DEFAULT if(type IN ('contact.consent.granted', 'contact.consent.revoked') AND JSONType(data, 'source') = 'String',
                   JSONExtractString(data, 'source'), '');
