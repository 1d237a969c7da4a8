package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A contact changed; carries its whole state after the change. */
@Subject(value = "contact.updated", version = "1.1")
public record ContactUpdated(
        @Required String contactId,
        @Personal @Nullable String email,
        @Personal @Nullable String phone,
        @Nullable String source,
        @Personal @Nullable Map<String, Object> attributes,
        @Personal @Nullable String firstName,
        @Personal @Nullable String lastName,
        @Nullable List<String> changedFields,
        @Nullable Long contactVersion,
        @Personal @Nullable String timeZone,
        @Personal @Nullable String locale,
        @Personal @Nullable List<String> emails)
        implements ContactEvent, ContactState {
    @Override
    public EntityRef entity() {
        return new EntityRef(contactId, "contact");
    }
}
