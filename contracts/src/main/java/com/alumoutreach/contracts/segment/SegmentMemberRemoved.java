package com.alumoutreach.contracts.segment;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A contact left a segment. */
@Subject("segment.member.removed")
public record SegmentMemberRemoved(
        @Required String segmentId,
        @Required String contactId,
        @Personal @Nullable String email,
        @Personal @Nullable String phone,
        @Personal @Nullable String firstName,
        @Personal @Nullable String lastName,
        @Personal @Nullable Map<String, Object> attributes,
        @Nullable Long contactVersion)
        implements SegmentEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(segmentId, "segment");
    }
}
