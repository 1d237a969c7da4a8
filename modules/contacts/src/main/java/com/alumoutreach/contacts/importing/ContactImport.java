package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A file that was taken in to be imported. */
record ContactImport(
        UUID id,
        String tenantId,
        String status,
        @Nullable String source,
        @Nullable String tag,
        ColumnMapping mapping,
        @Nullable String failure,
        String correlationId,
        String userId) {

    EventContext context() {
        return new EventContext(tenantId, correlationId, null, new Actor(userId, ActorType.USER));
    }

    ContactImport withStatus(String now) {
        return new ContactImport(id, tenantId, now, source, tag, mapping, failure, correlationId, userId);
    }
}
