package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/**
 * What an import did was put back.
 *
 * @param deleted contacts that it had created
 * @param restored contacts that it had changed
 * @param kept contacts that were left as they are, for somebody had changed them since
 */
@Subject("contact.import.undone")
public record ContactImportUndone(
        @Required String importId,
        @Nullable Long deleted,
        @Nullable Long restored,
        @Nullable Long kept) implements ContactEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(importId, "import");
    }
}
