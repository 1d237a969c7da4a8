package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A contact changed; carries its whole state after the change. */
@Subject(value = "contact.updated", version = "1.1")
public record ContactUpdated(
        @Required String contactId,
        @Nullable String email,
        @Nullable String phone,
        @Nullable String source,
        @Nullable Map<String, Object> attributes,
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable List<String> changedFields,
        @Nullable Long contactVersion,
        @Nullable String timeZone,
        @Nullable String locale,
        @Nullable List<String> emails)
        implements ContactEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(contactId, "contact");
    }
}
