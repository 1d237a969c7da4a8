-- Row-level security holds for the owner of the tables as well.
SET LOCAL app.all_tenants = 'on';

-- Replies were kept without their campaign. What is not marked as processed can be given again, and adds it.
DELETE FROM processed_events p USING engagements e
    WHERE p.consumer = 'SEGMENTS_ENGAGEMENT_CONSUMER' AND p.event_id = e.event_id
      AND e.kind = 'message.replied' AND e.campaign_id IS NULL;

-- Contacts that were added to a list while it was deleted.
DELETE FROM members m WHERE NOT EXISTS (SELECT FROM segments s WHERE s.id = m.segment_id);
