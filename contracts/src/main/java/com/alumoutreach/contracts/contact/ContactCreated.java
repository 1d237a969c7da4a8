package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A contact came to be; carries its whole state. */
@Subject(value = "contact.created", version = "1.1")
public record ContactCreated(
        @Required String contactId,
        @Personal @Nullable String email,
        @Personal @Nullable String phone,
        @Nullable String source,
        @Personal @Nullable Map<String, Object> attributes,
        @Personal @Nullable String firstName,
        @Personal @Nullable String lastName,
        @Personal @Nullable List<String> tags,
        @Nullable Long contactVersion,
        @Nullable String importId,
        @Personal @Nullable String timeZone,
        @Personal @Nullable String locale,
        @Personal @Nullable List<String> emails)
        implements ContactEvent, ContactState {
    @Override
    public EntityRef entity() {
        return new EntityRef(contactId, "contact");
    }
}
