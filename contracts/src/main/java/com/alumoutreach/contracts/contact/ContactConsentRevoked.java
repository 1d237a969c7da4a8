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
 * @param withdrawn true when a grant was taken back that should not have been, as by the undo of an import: then nothing is known, as
 *     before it. Who does not know this field takes it for a refusal, which errs on the safe side
 */
@Subject(value = "contact.consent.revoked", version = "1.2")
public record ContactConsentRevoked(
        @Required String contactId,
        @Required String channel,
        @Nullable String source,
        @Personal @Nullable String reason,
        @Nullable Instant revokedAt,
        @Nullable Long contactVersion,
        @Nullable String topic,
        @Personal @Nullable Map<String, Object> proof,
        @Nullable Boolean withdrawn)
        implements ContactEvent {
    /** Whether the contact said no; else nothing is known of it any more. */
    public boolean refused() {
        return !Boolean.TRUE.equals(withdrawn);
    }

    @Override
    public EntityRef entity() {
        return new EntityRef(contactId, "contact");
    }
}
