package com.alumoutreach.contracts.sequence;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A step was done. */
@Subject(value = "sequence.step.executed", version = "1.1")
public record SequenceStepExecuted(
        @Required String sequenceId,
        @Nullable String sequenceName,
        @Required String enrollmentId,
        @Required String contactId,
        @Nullable String stepId,
        @Nullable Long stepNumber,
        @Nullable String messageId,
        @Nullable Long messageNumber,
        @Nullable String channel,
        @Nullable String sourceType,
        @Nullable String sourceId)
        implements SequenceEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(enrollmentId, "sequence_enrollment");
    }
}
