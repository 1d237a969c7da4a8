package com.alumoutreach.contacts.consent;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.contacts.contact.Contact;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * What former contacts said stays said: who was deleted and comes back under the same address, by an import or by hand, is
 * revoked from the start. Addresses are kept as hashes with the tenant's salt.
 */
@Singleton
public class Suppressions {
    /** As {@code source} of the consents that begin revoked. */
    static final String SOURCE = "suppression";

    private static final int SALT_BYTES = 16;

    private final ConsentRepository consents;
    private final Consents words;

    Suppressions(ConsentRepository consents, Consents words) {
        this.consents = consents;
        this.words = words;
    }

    /** A contact that is no more. */
    record Former(@Nullable UUID mergedInto, List<byte[]> addresses) {}

    /**
     * Before a contact is deleted.
     *
     * @param mergedInto the contact that takes its place, with its addresses and its consents; null when none does
     */
    public void remember(Handle tx, Contact contact, @Nullable UUID mergedInto) {
        if (mergedInto == null) {
            rememberAll(tx, contact.tenantId(), List.of(contact));
            return;
        }
        tx.createUpdate("INSERT INTO contacts.former_contacts (tenant_id, contact_id, merged_into, addresses)"
                        + " VALUES (:tenant, :id, :into, '{}') ON CONFLICT (tenant_id, contact_id) DO NOTHING")
                .bind("tenant", contact.tenantId())
                .bind("id", contact.id())
                .bind("into", mergedInto)
                .execute();
    }

    /** Before contacts are deleted that nobody takes the place of. */
    public void rememberAll(Handle tx, String tenant, List<Contact> contacts) {
        if (contacts.isEmpty()) {
            return;
        }
        byte[] salt = salt(tx, tenant);
        Map<UUID, List<byte[]>> addresses = new HashMap<>();
        contacts.forEach(contact -> addresses.put(contact.id(), hashes(salt, contact)));
        tx.createUpdate("""
                INSERT INTO contacts.former_contacts (tenant_id, contact_id, addresses)
                SELECT :tenant, id, (SELECT coalesce(array_agg(decode(a, 'hex')), '{}')
                                     FROM unnest(string_to_array(hashes, ',')) AS a)
                FROM unnest(:ids, :hashes) AS former (id, hashes)
                ON CONFLICT (tenant_id, contact_id) DO NOTHING""")
                .bind("tenant", tenant)
                .bindArray("ids", UUID.class, contacts.stream().map(Contact::id).toArray())
                .bindArray(
                        "hashes",
                        String.class,
                        contacts.stream()
                                .map(contact ->
                                        String.join(",", texts(addresses.getOrDefault(contact.id(), List.of()))))
                                .toArray())
                .execute();
        consents.revoked(tx, tenant, addresses.keySet())
                .forEach(revoked -> suppress(
                        tx,
                        tenant,
                        addresses.getOrDefault(revoked.contact(), List.of()),
                        revoked.channel(),
                        revoked.topic()));
    }

    private static List<byte[]> hashes(byte[] salt, Contact contact) {
        return contact.addresses().stream().map(address -> hash(salt, address)).toList();
    }

    private static List<String> texts(List<byte[]> hashes) {
        return hashes.stream().map(HexFormat.of()::formatHex).toList();
    }

    Optional<Former> former(Handle tx, String tenant, UUID contact) {
        return tx.createQuery("SELECT merged_into, ARRAY(SELECT encode(a, 'hex') FROM unnest(addresses) AS a)"
                        + " FROM contacts.former_contacts WHERE tenant_id = :tenant AND contact_id = :id")
                .bind("tenant", tenant)
                .bind("id", contact)
                .map((row, context) -> new Former(
                        row.getObject(1, UUID.class),
                        List.of((String[]) row.getArray(2).getArray()).stream()
                                .map(HexFormat.of()::parseHex)
                                .toList()))
                .findFirst();
    }

    void suppress(Handle tx, String tenant, List<byte[]> addresses, String channel, String topic) {
        PreparedBatch batch = tx.prepareBatch("INSERT INTO contacts.suppressed_addresses"
                + " (tenant_id, address, channel, topic) VALUES (:tenant, :address, :channel, :topic)"
                + " ON CONFLICT DO NOTHING");
        addresses.forEach(address -> batch.bind("tenant", tenant)
                .bind("address", address)
                .bind("channel", channel)
                .bind("topic", topic)
                .add());
        if (!addresses.isEmpty()) {
            batch.execute();
        }
    }

    /** Those of the contacts that have a suppressed address. */
    public Set<UUID> suppressed(Handle tx, String tenant, List<Contact> contacts) {
        if (contacts.isEmpty() || !hasAny(tx, tenant)) {
            return Set.of();
        }
        byte[] salt = salt(tx, tenant);
        Map<String, UUID> byAddress = new HashMap<>();
        contacts.forEach(contact -> texts(hashes(salt, contact)).forEach(hash -> byAddress.put(hash, contact.id())));
        return suppressedAmong(tx, tenant, byAddress.keySet()).stream()
                .map(found -> byAddress.get(found.address()))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    /**
     * After contacts were created, or got another address: those under a suppressed address are revoked, with an event.
     *
     * @return the contacts, of a new version where something was revoked
     */
    public List<Contact> apply(Handle tx, EventContext context, List<Contact> contacts, Instant now) {
        String tenant = context.tenantId();
        if (contacts.isEmpty() || !hasAny(tx, tenant)) {
            return contacts;
        }
        byte[] salt = salt(tx, tenant);
        Map<String, List<Contact>> byAddress = new HashMap<>();
        contacts.forEach(contact -> texts(hashes(salt, contact))
                .forEach(hash ->
                        byAddress.computeIfAbsent(hash, a -> new ArrayList<>()).add(contact)));
        Map<UUID, Contact> current = new HashMap<>();
        contacts.forEach(contact -> current.put(contact.id(), contact));
        for (Suppressed found : suppressedAmong(tx, tenant, byAddress.keySet())) {
            for (Contact contact : byAddress.getOrDefault(found.address(), List.of())) {
                Consent revoked = new Consent(found.channel(), found.topic(), Consent.State.REVOKED, SOURCE, null, now);
                current.computeIfPresent(contact.id(), (id, c) -> words.say(tx, context, c, revoked, null));
            }
        }
        return contacts.stream()
                .map(contact -> current.getOrDefault(contact.id(), contact))
                .toList();
    }

    private record Suppressed(String address, String channel, String topic) {}

    private static List<Suppressed> suppressedAmong(Handle tx, String tenant, Collection<String> hashes) {
        return tx.createQuery(
                        "SELECT encode(address, 'hex'), channel, topic FROM contacts.suppressed_addresses"
                                + " WHERE tenant_id = :tenant AND address = ANY(SELECT decode(a, 'hex') FROM unnest(:hashes) AS a)")
                .bind("tenant", tenant)
                .bindArray("hashes", String.class, hashes.toArray())
                .map((row, context) -> new Suppressed(row.getString(1), row.getString(2), row.getString(3)))
                .list();
    }

    private static boolean hasAny(Handle tx, String tenant) {
        return tx.createQuery("SELECT EXISTS (SELECT FROM contacts.suppressed_addresses WHERE tenant_id = :tenant)")
                .bind("tenant", tenant)
                .mapTo(Boolean.class)
                .one();
    }

    private static byte[] salt(Handle tx, String tenant) {
        byte[] fresh = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(fresh);
        tx.createUpdate("INSERT INTO contacts.address_salts (tenant_id, salt) VALUES (:tenant, :salt)"
                        + " ON CONFLICT DO NOTHING")
                .bind("tenant", tenant)
                .bind("salt", fresh)
                .execute();
        return tx.createQuery("SELECT salt FROM contacts.address_salts WHERE tenant_id = :tenant")
                .bind("tenant", tenant)
                .map((row, context) -> row.getBytes(1))
                .one();
    }

    private static byte[] hash(byte[] salt, String address) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(salt);
            return sha.digest(address.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
