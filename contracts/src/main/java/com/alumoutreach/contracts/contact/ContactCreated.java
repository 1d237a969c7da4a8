package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A contact came to be; carries its whole state. */
@Subject(value = "contact.created", version = "1.1")
public record ContactCreated(
        @Required String contactId,
        @Nullable String email,
        @Nullable String phone,
        @Nullable String source,
        @Nullable Map<String, Object> attributes,
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable List<String> tags,
        @Nullable Long contactVersion,
        @Nullable String importId,
        @Nullable String timeZone,
        @Nullable String locale,
        @Nullable List<String> emails)
        implements ContactEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(contactId, "contact");
    }
}
