package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A contact was asked to confirm that it may be written to (double opt-in); there is no consent before the answer.
 *
 * @param topic what about; null for everything on the channel
 */
@Subject("contact.consent.requested")
public record ContactConsentRequested(
        @Required String contactId,
        @Required String channel,
        @Nullable String topic,
        @Nullable String source,
        @Nullable Instant requestedAt,
        @Nullable Instant expiresAt,
        @Nullable Long contactVersion)
        implements ContactEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(contactId, "contact");
    }
}
