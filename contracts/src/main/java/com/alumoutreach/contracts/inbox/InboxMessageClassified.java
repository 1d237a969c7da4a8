package com.alumoutreach.contracts.inbox;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Somebody, or something, said what a message means.
 *
 * @param classification {@code interested}, {@code not_interested}, {@code out_of_office}, {@code unsubscribe}, {@code question}, …
 */
@Subject("inbox.message.classified")
public record InboxMessageClassified(
        @Required String threadId,
        @Required String messageId,
        @Nullable String contactId,
        @Required String classification,
        @Nullable String channel,
        @Nullable String sourceType,
        @Nullable String sourceId)
        implements InboxEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(threadId, "thread");
    }
}
