package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A contact lost a tag; {@code tags} is the whole list after it. */
@Subject("contact.untagged")
public record ContactUntagged(
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
