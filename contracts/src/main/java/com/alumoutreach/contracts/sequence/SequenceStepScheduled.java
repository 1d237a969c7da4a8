package com.alumoutreach.contracts.sequence;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step will be done.
 *
 * @param messageNumber which of the sequence's messages it sends, from 1; null for a step that sends none
 */
@Subject("sequence.step.scheduled")
public record SequenceStepScheduled(
        @Required String sequenceId,
        @Nullable String sequenceName,
        @Required String enrollmentId,
        @Required String contactId,
        @Nullable String stepId,
        @Nullable Long stepNumber,
        @Nullable Long messageNumber,
        @Nullable Instant dueAt,
        @Nullable String channel,
        @Nullable String sourceType,
        @Nullable String sourceId)
        implements SequenceEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(enrollmentId, "sequence_enrollment");
    }
}
