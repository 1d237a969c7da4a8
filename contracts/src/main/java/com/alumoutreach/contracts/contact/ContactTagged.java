package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A contact got a tag; {@code tags} is the whole list after it. */
@Subject("contact.tagged")
public record ContactTagged(
        @Required String contactId,
        @Required @Personal String tag,
        @Personal @Nullable List<String> tags,
        @Nullable Long contactVersion)
        implements ContactEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(contactId, "contact");
    }
}
