package com.alumoutreach.contracts.sequence;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A step waits for a person. */
@Subject("sequence.step.pending_manual")
public record SequenceStepPendingManual(
        @Required String sequenceId,
        @Nullable String sequenceName,
        @Required String enrollmentId,
        @Required String contactId,
        @Nullable String stepId,
        @Nullable Long stepNumber,
        @Personal @Nullable String task)
        implements SequenceEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(enrollmentId, "sequence_enrollment");
    }
}
