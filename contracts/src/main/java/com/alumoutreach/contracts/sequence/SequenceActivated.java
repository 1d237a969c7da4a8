package com.alumoutreach.contracts.sequence;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A sequence takes contacts. */
@Subject("sequence.activated")
public record SequenceActivated(
        @Required String sequenceId, @Nullable String sequenceName) implements SequenceEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(sequenceId, "sequence");
    }
}
