package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A contact no longer wants to be written to over a channel. */
@Subject("contact.consent.revoked")
public record ContactConsentRevoked(
        @Required String contactId,
        @Required String channel,
        @Nullable String source,
        @Nullable String reason,
        @Nullable Instant revokedAt,
        @Nullable Long contactVersion)
        implements ContactEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(contactId, "contact");
    }
}
