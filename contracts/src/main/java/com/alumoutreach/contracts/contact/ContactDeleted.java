package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/**
 * A contact was deleted.
 *
 * @param erased everything personal about it has to be forgotten by whoever holds a copy
 * @param mergedInto the contact that took its place
 */
@Subject(value = "contact.deleted", version = "1.1")
public record ContactDeleted(
        @Required String contactId,
        @Nullable Long contactVersion,
        @Nullable Boolean erased,
        @Nullable String mergedInto)
        implements ContactEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(contactId, "contact");
    }
}
