package com.alumoutreach.contracts.operations;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** Somebody threw a dead letter away. */
@Subject("operations.dead_letter.discarded")
public record DeadLetterDiscarded(
        @Required String durable,
        @Required Long deadLetterPosition,
        @Nullable String originalSubject,
        @Nullable String eventId,
        @Nullable String reason)
        implements OperationsEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(durable, "dead_letter");
    }
}
