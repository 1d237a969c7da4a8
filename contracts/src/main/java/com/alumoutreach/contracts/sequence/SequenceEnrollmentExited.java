package com.alumoutreach.contracts.sequence;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A contact left a sequence early. */
@Subject("sequence.enrollment.exited")
public record SequenceEnrollmentExited(
        @Required String sequenceId,
        @Nullable String sequenceName,
        @Required String enrollmentId,
        @Required String contactId,
        @Personal @Nullable String reason)
        implements SequenceEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(enrollmentId, "sequence_enrollment");
    }
}
