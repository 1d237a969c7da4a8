package com.alumoutreach.contracts.segment;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;

/** A segment was deleted. */
@Subject("segment.deleted")
public record SegmentDeleted(@Required String segmentId) implements SegmentEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(segmentId, "segment");
    }
}
