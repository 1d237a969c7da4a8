package com.alumoutreach.contracts.inbox;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An answer is due soon. */
@Subject("inbox.sla.warning")
public record InboxSlaWarning(
        @Required String threadId,
        @Nullable String policyId,
        @Nullable Instant dueAt) implements InboxEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(threadId, "thread");
    }
}
