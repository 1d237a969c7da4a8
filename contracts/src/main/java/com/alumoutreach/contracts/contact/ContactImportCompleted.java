package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/**
 * A file was imported, as far as it was readable.
 *
 * @param status {@code completed}, {@code failed} or {@code cancelled}
 * @param rows that were read, without the header
 */
@Subject("contact.import.completed")
public record ContactImportCompleted(
        @Required String importId,
        @Required String status,
        @Nullable Long rows,
        @Nullable Long created,
        @Nullable Long updated,
        @Nullable Long skipped,
        @Nullable Long failed)
        implements ContactEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(importId, "import");
    }
}
