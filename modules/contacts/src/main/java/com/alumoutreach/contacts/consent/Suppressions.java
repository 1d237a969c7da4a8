package com.alumoutreach.contacts.consent;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.EmailAddresses;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * What former contacts said stays said: who was deleted and comes back under the same address, by an import or by hand, is
 * revoked from the start, until it grants it again. Addresses are kept as hashes with the tenant's salt.
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
        byte[] salt = salt(tx, contact.tenantId());
        tx.createUpdate("INSERT INTO contacts.former_contacts (tenant_id, contact_id, merged_into, addresses)"
                        + " VALUES (:tenant, :id, :into, ARRAY(SELECT decode(a, 'hex') FROM unnest(:hashes) AS a))"
                        + " ON CONFLICT (tenant_id, contact_id) DO NOTHING")
                .bind("tenant", contact.tenantId())
                .bind("id", contact.id())
                .bind("into", mergedInto)
                .bindArray("hashes", String.class, texts(hashes(salt, contact)).toArray())
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

    /** Of an address as {@link Contact#addresses} has it, in hexadecimal digits. */
    static String hash(Handle tx, String tenant, String address) {
        return HexFormat.of().formatHex(hash(salt(tx, tenant), address));
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

    /**
     * The contacts that have one of these addresses now, and whether it is one for e-mail, which is nobody else's: a number may be
     * several contacts'. Looks at every contact of the tenant, as nothing leads from a hash to its address.
     */
    Map<UUID, Boolean> holders(Handle tx, String tenant, List<byte[]> addresses) {
        Map<UUID, Boolean> holders = new HashMap<>();
        tx.createQuery("""
                        WITH wanted AS MATERIALIZED (SELECT decode(a, 'hex') AS hash FROM unnest(:hashes) AS a)
                        SELECT id, sha256(:salt || convert_to(identity, 'UTF8')) IN (SELECT hash FROM wanted)
                        FROM contacts.contacts WHERE tenant_id = :tenant
                          AND (sha256(:salt || convert_to(identity, 'UTF8')) IN (SELECT hash FROM wanted)
                               OR sha256(:salt || convert_to(phone, 'UTF8')) IN (SELECT hash FROM wanted))
                        UNION ALL SELECT contact_id, true FROM contacts.contact_emails WHERE tenant_id = :tenant
                          AND sha256(:salt || convert_to(address, 'UTF8')) IN (SELECT hash FROM wanted)""")
                .bindArray("hashes", String.class, texts(addresses).toArray())
                .bind("tenant", tenant)
                .bind("salt", salt(tx, tenant))
                .map((row, context) -> Map.entry(row.getObject(1, UUID.class), row.getBoolean(2)))
                .forEach(found -> holders.merge(found.getKey(), found.getValue(), Boolean::logicalOr));
        return holders;
    }

    /** After the contact granted it: what former ones said of its addresses was said before that. */
    void lift(Handle tx, Contact contact, String channel, String topic) {
        String tenant = contact.tenantId();
        if (hasAny(tx, tenant)) {
            tx.createUpdate("DELETE FROM contacts.suppressed_addresses WHERE tenant_id = :tenant AND channel = :channel"
                            + " AND topic = :topic"
                            + " AND address = ANY(SELECT decode(a, 'hex') FROM unnest(:hashes) AS a)")
                    .bind("tenant", tenant)
                    .bind("channel", channel)
                    .bind("topic", topic)
                    .bindArray(
                            "hashes",
                            String.class,
                            inAllSpellings(salt(tx, tenant), contact.addresses())
                                    .toArray())
                    .execute();
        }
    }

    /**
     * A contact and those of its addresses that it did not have before; of the others it has had its say.
     *
     * @param addresses as {@link Contact#addresses} has them
     */
    public record Moved(Contact contact, Set<String> addresses) {
        public static Moved created(Contact contact) {
            return new Moved(contact, Set.copyOf(contact.addresses()));
        }

        public static Moved changed(Contact before, Contact after) {
            Set<String> addresses = new HashSet<>(after.addresses());
            before.addresses().forEach(addresses::remove);
            return new Moved(after, addresses);
        }
    }

    /** Those of the contacts that got a suppressed address. */
    public Set<UUID> suppressed(Handle tx, String tenant, List<Moved> moved) {
        if (moved.isEmpty() || !hasAny(tx, tenant)) {
            return Set.of();
        }
        Map<String, List<Contact>> byAddress = byAddress(salt(tx, tenant), moved);
        return suppressedAmong(tx, tenant, byAddress.keySet()).stream()
                .flatMap(found -> byAddress.getOrDefault(found.address(), List.of()).stream())
                .map(Contact::id)
                .collect(Collectors.toSet());
    }

    /**
     * After contacts were created, or got another address: those that got a suppressed one are revoked, with an event.
     *
     * @return the contacts, of a new version where something was revoked
     */
    public List<Contact> apply(Handle tx, EventContext context, List<Moved> moved, Instant now) {
        String tenant = context.tenantId();
        Map<UUID, Contact> current = new LinkedHashMap<>();
        moved.forEach(one -> current.put(one.contact().id(), one.contact()));
        if (!moved.isEmpty() && hasAny(tx, tenant)) {
            Map<String, List<Contact>> byAddress = byAddress(salt(tx, tenant), moved);
            for (Suppressed found : suppressedAmong(tx, tenant, byAddress.keySet())) {
                for (Contact contact : byAddress.getOrDefault(found.address(), List.of())) {
                    Consent revoked =
                            new Consent(found.channel(), found.topic(), Consent.State.REVOKED, SOURCE, null, now);
                    current.computeIfPresent(contact.id(), (id, c) -> words.say(tx, context, c, revoked, null));
                }
            }
        }
        return List.copyOf(current.values());
    }

    /** Older versions kept hashes of other spellings; from a hash nothing leads to its normal form. */
    private static List<String> inAllSpellings(byte[] salt, Collection<String> addresses) {
        return addresses.stream()
                .flatMap(address -> EmailAddresses.spellings(address).stream())
                .map(spelling -> HexFormat.of().formatHex(hash(salt, spelling)))
                .toList();
    }

    /** Two may have got the same number. */
    private static Map<String, List<Contact>> byAddress(byte[] salt, List<Moved> moved) {
        Map<String, List<Contact>> byAddress = new HashMap<>();
        moved.forEach(one -> inAllSpellings(salt, one.addresses())
                .forEach(hash -> byAddress
                        .computeIfAbsent(hash, unused -> new ArrayList<>())
                        .add(one.contact())));
        return byAddress;
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
