package com.alumoutreach.contracts.sequence;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A contact got every step. */
@Subject("sequence.enrollment.completed")
public record SequenceEnrollmentCompleted(
        @Required String sequenceId,
        @Nullable String sequenceName,
        @Required String enrollmentId,
        @Required String contactId)
        implements SequenceEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(enrollmentId, "sequence_enrollment");
    }
}
