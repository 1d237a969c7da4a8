package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Personal;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A contact no longer wants to be written to over a channel.
 *
 * @param topic what about; null for everything on the channel
 * @param source who says so: {@code api}, {@code import}, {@code preferences}, {@code one_click}, …
 * @param proof what shows it: the message whose link was used, the address it was sent from, …
 */
@Subject(value = "contact.consent.revoked", version = "1.1")
public record ContactConsentRevoked(
        @Required String contactId,
        @Required String channel,
        @Nullable String source,
        @Personal @Nullable String reason,
        @Nullable Instant revokedAt,
        @Nullable Long contactVersion,
        @Nullable String topic,
        @Personal @Nullable Map<String, Object> proof)
        implements ContactEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(contactId, "contact");
    }
}
