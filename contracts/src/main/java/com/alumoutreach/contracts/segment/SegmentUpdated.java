package com.alumoutreach.contracts.segment;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A segment got another definition. */
@Subject("segment.updated")
public record SegmentUpdated(
        @Required String segmentId,
        @Required String name,
        @Nullable Map<String, Object> definition,
        @Nullable Long segmentVersion)
        implements SegmentEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(segmentId, "segment");
    }
}
