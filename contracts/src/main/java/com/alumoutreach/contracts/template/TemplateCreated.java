package com.alumoutreach.contracts.template;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A template was written. */
@Subject("template.created")
public record TemplateCreated(
        @Required String templateId,
        @Required String name,
        @Required String channel,
        @Nullable String subject,
        @Nullable String body,
        @Nullable String bodyText,
        @Nullable Long templateVersion)
        implements TemplateEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(templateId, "template");
    }
}
