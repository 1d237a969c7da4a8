package com.alumoutreach.contracts.segment;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A definition was evaluated over all contacts of the tenant. */
@Subject("segment.evaluated")
public record SegmentEvaluated(
        @Required String segmentId,
        @Nullable Long memberCount,
        @Nullable Long added,
        @Nullable Long removed,
        @Nullable Long segmentVersion)
        implements SegmentEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(segmentId, "segment");
    }
}
