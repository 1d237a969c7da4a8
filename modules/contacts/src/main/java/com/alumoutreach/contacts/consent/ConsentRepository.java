package com.alumoutreach.contacts.consent;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code contacts.consents}: the last word of each contact by channel and topic. */
@Singleton
public class ConsentRepository {
    private static final TypeReference<Map<String, Object>> PROOF = new TypeReference<>() {};

    public List<Consent> of(Handle tx, String tenant, UUID contact) {
        return tx.createQuery("SELECT * FROM contacts.consents WHERE tenant_id = :tenant AND contact_id = :contact"
                        + " ORDER BY channel, topic")
                .bind("tenant", tenant)
                .bind("contact", contact)
                .map((row, context) -> read(row))
                .list();
    }

    /** A contact's no to a channel, or to a topic of it; also one that it was asked to take back. */
    record Revoked(UUID contact, String channel, String topic) {}

    List<Revoked> revoked(Handle tx, String tenant, Collection<UUID> contacts) {
        return tx.createQuery("SELECT contact_id, channel, topic FROM contacts.consents WHERE tenant_id = :tenant"
                        + " AND contact_id = ANY(:contacts) AND (state = 'revoked' OR state = 'requested' AND refused)")
                .bind("tenant", tenant)
                .bindArray("contacts", UUID.class, contacts.toArray())
                .map((row, context) -> new Revoked(row.getObject(1, UUID.class), row.getString(2), row.getString(3)))
                .list();
    }

    Optional<Consent> find(Handle tx, String tenant, UUID contact, String channel, String topic) {
        return tx.createQuery("SELECT * FROM contacts.consents WHERE tenant_id = :tenant AND contact_id = :contact"
                        + " AND channel = :channel AND topic = :topic")
                .bind("tenant", tenant)
                .bind("contact", contact)
                .bind("channel", channel)
                .bind("topic", topic)
                .map((row, context) -> read(row))
                .findFirst();
    }

    /** A request does not take a refusal away: it stands until the contact confirms. */
    void put(Handle tx, String tenant, UUID contact, Consent consent) {
        tx.createUpdate("""
                INSERT INTO contacts.consents AS c (tenant_id, contact_id, channel, topic, state, source, proof, changed_at)
                VALUES (:tenant, :contact, :channel, :topic, :state, :source, :proof::jsonb, :changedAt)
                ON CONFLICT (contact_id, channel, topic) DO UPDATE SET state = excluded.state, source = excluded.source,
                  proof = excluded.proof, changed_at = excluded.changed_at,
                  refused = excluded.state = 'requested' AND (c.state = 'revoked' OR c.state = 'requested' AND c.refused)""")
                .bind("tenant", tenant)
                .bind("contact", contact)
                .bind("channel", consent.channel())
                .bind("topic", consent.topic())
                .bind("state", consent.state().wireName())
                .bind("source", consent.source())
                .bind("proof", json(consent.proof()))
                .bind("changedAt", consent.changedAt())
                .execute();
    }

    /**
     * The mail that asks for a consent.
     *
     * @param message its id; null, as the address is, in a request of an older version
     * @param address the hash of that which it went to
     */
    record Asked(@Nullable String message, @Nullable String address) {
        boolean at(String hash) {
            return address == null || address.equals(hash);
        }

        boolean by(@Nullable String messageId) {
            return message == null || message.equals(messageId);
        }
    }

    /** After the request was put. */
    void asked(Handle tx, String tenant, UUID contact, Consent request, Asked asked) {
        tx.createUpdate(
                        "UPDATE contacts.consents SET asked_message = :message, asked_address = decode(:address, 'hex')"
                                + " WHERE tenant_id = :tenant AND contact_id = :contact AND channel = :channel AND topic = :topic")
                .bind("message", asked.message())
                .bind("address", asked.address())
                .bind("tenant", tenant)
                .bind("contact", contact)
                .bind("channel", request.channel())
                .bind("topic", request.topic())
                .execute();
    }

    /** Empty unless a request is open. */
    Optional<Asked> asked(Handle tx, String tenant, UUID contact, String channel, String topic) {
        return tx.createQuery("SELECT asked_message, encode(asked_address, 'hex') FROM contacts.consents"
                        + " WHERE tenant_id = :tenant AND contact_id = :contact AND channel = :channel AND topic = :topic"
                        + " AND state = 'requested'")
                .bind("tenant", tenant)
                .bind("contact", contact)
                .bind("channel", channel)
                .bind("topic", topic)
                .map((row, context) -> new Asked(row.getString(1), row.getString(2)))
                .findFirst();
    }

    private static @Nullable String json(@Nullable Map<String, Object> proof) {
        return proof == null ? null : EventCodec.mapper().valueToTree(proof).toString();
    }

    private static Consent read(ResultSet row) throws SQLException {
        try {
            String proof = row.getString("proof");
            return new Consent(
                    row.getString("channel"),
                    row.getString("topic"),
                    Consent.State.of(row.getString("state")),
                    row.getString("source"),
                    proof == null ? null : EventCodec.mapper().readValue(proof, PROOF),
                    row.getObject("changed_at", OffsetDateTime.class).toInstant(),
                    row.getBoolean("refused"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("proof in the database is not JSON", e);
        }
    }
}
