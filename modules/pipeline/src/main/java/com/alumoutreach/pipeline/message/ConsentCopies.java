package com.alumoutreach.pipeline.message;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.contracts.contact.ContactConsentGranted;
import com.alumoutreach.contracts.contact.ContactConsentRevoked;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Who wants no messages, from the events of contacts. Right in any order of arrival: the newer version stays. Consent to single
 * topics is no matter of the ledger, since a message does not say what it is about.
 */
@Singleton
public class ConsentCopies {
    public void on(ContactConsentGranted event, Delivery delivery) {
        keep(delivery, event.contactId(), event.channel(), event.topic(), false, event.contactVersion());
    }

    public void on(ContactConsentRevoked event, Delivery delivery) {
        keep(delivery, event.contactId(), event.channel(), event.topic(), event.refused(), event.contactVersion());
    }

    /** Events of outsiders have no version: then the time stands for it, which is larger than any count of changes. */
    private static void keep(
            Delivery delivery,
            String contact,
            String channel,
            @Nullable String topic,
            boolean revoked,
            @Nullable Long version) {
        if (topic != null && !topic.isEmpty()) {
            return;
        }
        delivery.tx()
                .createUpdate("""
                        INSERT INTO pipeline.consents AS c (tenant_id, contact_id, channel, revoked, version)
                        VALUES (:tenant, :contact, :channel, :revoked, :version)
                        ON CONFLICT (tenant_id, contact_id, channel) DO UPDATE
                        SET revoked = excluded.revoked, version = excluded.version WHERE c.version < excluded.version""")
                .bind("tenant", delivery.tenantId())
                .bind("contact", contact)
                .bind("channel", channel)
                .bind("revoked", revoked)
                .bind(
                        "version",
                        version == null ? delivery.envelope().timestamp().toEpochMilli() : version)
                .execute();
    }
}
