package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/** A contact was deleted. */
@Subject("contact.deleted")
public record ContactDeleted(
        @Required String contactId, @Nullable Long contactVersion) implements ContactEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(contactId, "contact");
    }
}
