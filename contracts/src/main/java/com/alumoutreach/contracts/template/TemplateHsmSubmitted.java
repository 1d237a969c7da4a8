package com.alumoutreach.contracts.template;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A WhatsApp template was handed in for approval. */
@Subject("template.hsm.submitted")
public record TemplateHsmSubmitted(
        @Required String templateId,
        @Nullable String name,
        @Nullable String channel,
        @Nullable String externalId,
        @Nullable String reason)
        implements TemplateEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(templateId, "template");
    }
}
