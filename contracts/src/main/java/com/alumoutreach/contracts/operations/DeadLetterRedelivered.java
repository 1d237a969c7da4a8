package com.alumoutreach.contracts.operations;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** Somebody gave a dead letter back to its durable. */
@Subject("operations.dead_letter.redelivered")
public record DeadLetterRedelivered(
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
