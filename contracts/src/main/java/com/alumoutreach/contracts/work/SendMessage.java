package com.alumoutreach.contracts.work;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the pipeline to send one message; not an event, it travels on ALUM_WORK. */
@Subject("work.message.send")
public record SendMessage(
        @Required String messageId,
        @Required String channel,
        @Required String contactId,
        @Required @Personal String recipientAddress,
        @Personal @Nullable String subject,
        @Personal @Nullable String htmlBody,
        @Personal @Nullable String textBody,
        @Personal @Nullable Map<String, Object> variables,
        @Nullable String sourceType,
        @Nullable String sourceId,
        @Nullable String templateId)
        implements Command {
    @Override
    public EntityRef entity() {
        return new EntityRef(messageId, "message");
    }
}
