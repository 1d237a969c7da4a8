package com.alumoutreach.contracts.segment;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/**
 * A definition was evaluated over all contacts of the tenant.
 *
 * @param added members that came by it, and {@code removed} those who went
 * @param evaluated contacts that were looked at
 */
@Subject(value = "segment.evaluated", version = "1.1")
public record SegmentEvaluated(
        @Required String segmentId,
        @Nullable Long memberCount,
        @Nullable Long added,
        @Nullable Long removed,
        @Nullable Long segmentVersion,
        @Nullable Long evaluated,
        @Nullable Long durationMs)
        implements SegmentEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(segmentId, "segment");
    }
}
