package com.alumoutreach.contracts.segment;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A contact entered a segment; carries what a message to it needs. */
@Subject("segment.member.added")
public record SegmentMemberAdded(
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
