package com.alumoutreach.backbone.links;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a link is about: who may do what by following it.
 *
 * @param purpose what it is for; a link of one purpose opens nothing else
 * @param topic null for everything on the channel
 * @param messageId the message that it was sent in; null when there is none
 * @param expires null for never: who got a mail years ago may still unsubscribe
 */
public record Link(
        Purpose purpose,
        String tenantId,
        String contactId,
        String channel,
        @Nullable String topic,
        @Nullable String messageId,
        @Nullable Instant expires) {

    /** Its path begins with the name in lower case. */
    public enum Purpose {
        /** Revokes consent; RFC 8058. */
        UNSUBSCRIBE,
        /** Shows what a contact agreed to, and changes it. */
        PREFERENCES,
        /** Grants the consent that was asked for: double opt-in. */
        CONFIRM
    }
}
