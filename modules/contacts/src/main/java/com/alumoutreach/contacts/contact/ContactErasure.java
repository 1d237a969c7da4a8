package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.privacy.ContactTables;
import com.alumoutreach.backbone.privacy.Erasures;
import com.alumoutreach.backbone.privacy.PersonalData;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contacts.consent.Suppressions;
import com.alumoutreach.contracts.contact.ContactDeleted;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Erases a person: the contact and those that were merged into it, what imports kept of it, and, through {@code
 * contact.deleted} with {@code erased}, what every service knows. The events stay, without the person. One who was only
 * deleted can be erased afterwards.
 */
@Singleton
class ContactErasure implements PersonalData {
    private final Database database;
    private final ContactRepository contacts;
    private final Suppressions suppressions;
    private final MergedContacts merges;
    private final EventLog log;
    private final Erasures erasures;

    ContactErasure(
            Database database,
            ContactRepository contacts,
            Suppressions suppressions,
            MergedContacts merges,
            @Named(ContactsModule.NAME) EventLog log,
            @Named(ContactsModule.NAME) Erasures erasures) {
        this.database = database;
        this.contacts = contacts;
        this.suppressions = suppressions;
        this.merges = merges;
        this.log = log;
        this.erasures = erasures;
    }

    /**
     * Erases a contact and those that were merged into it.
     *
     * @throws ProblemException CONTACT_NOT_FOUND, also when it is erased already; CONTACT_MERGED when it stands for another one now,
     *     whose record has its addresses: that is another id than the one named, and nobody could take it back; PRECONDITION_FAILED
     */
    void erase(Caller caller, UUID id, IfMatch expected) {
        String tenant = caller.tenantId();
        database.useTransaction(tenant, tx -> {
            Optional<Contact> contact = contacts.lock(tx, tenant, id);
            contact.ifPresent(existing -> expected.check(existing.version()));
            Optional<Long> version = lastVersion(tx, tenant, id.toString());
            if (version.isEmpty() || contact.isEmpty() && erasures.requested(tx, tenant, id.toString())) {
                throw ProblemException.notFound("contact", id.toString());
            }
            if (contact.isEmpty()) {
                merges.survivor(tx, tenant, id).ifPresent(ContactErasure::refuse);
            }
            Set<String> persons = persons(tx, tenant, id);
            Set<String> addresses = addresses(tx, tenant, persons);
            contact.ifPresent(existing -> suppressions.remember(tx, existing, null));
            contacts.deleteAll(tx, tenant, List.of(id));
            for (String person : persons) {
                long last = lastVersion(tx, tenant, person).orElse(0L);
                log.append(tx, caller.context(), new ContactDeleted(person, last + 1, true, null));
                erasures.request(tx, tenant, person);
            }
            ImportLeftovers.erase(tx, tenant, persons, addresses);
        });
    }

    private static void refuse(UUID survivor) {
        throw ProblemException.conflict(
                "CONTACT_MERGED", "It was merged into " + survivor + "; erase that one, and it goes with it");
    }

    /** The contact and all who were merged into it. */
    Set<String> persons(Handle tx, String tenant, UUID contact) {
        return merges.with(tx, tenant, contact).stream().map(UUID::toString).collect(Collectors.toSet());
    }

    private static Optional<Long> lastVersion(Handle tx, String tenant, String contactId) {
        return tx.createQuery("SELECT coalesce(max((payload->>'contactVersion')::bigint), 0)"
                        + " FROM contacts.system_events WHERE org_id = :tenant AND primary_entity_type = 'contact'"
                        + " AND primary_entity_id = :contact HAVING count(*) > 0")
                .bind("tenant", tenant)
                .bind("contact", contactId)
                .mapTo(Long.class)
                .findFirst();
    }

    /** All addresses that the contacts ever had, in lower case. */
    private static Set<String> addresses(Handle tx, String tenant, Collection<String> persons) {
        Set<String> addresses = new LinkedHashSet<>();
        tx.createQuery(
                        """
                        SELECT payload->>'email' FROM contacts.system_events e WHERE %1$s
                        UNION SELECT payload->>'phone' FROM contacts.system_events e WHERE %1$s
                        UNION SELECT jsonb_array_elements_text(CASE WHEN jsonb_typeof(payload->'emails') = 'array'
                          THEN payload->'emails' ELSE '[]' END) FROM contacts.system_events e WHERE %1$s""".formatted(
                                        "org_id = :tenant AND primary_entity_type = 'contact' AND primary_entity_id = ANY(:persons)"))
                .bind("tenant", tenant)
                .bindArray("persons", String.class, persons.toArray())
                .mapTo(String.class)
                .filter(address -> address != null && !address.isBlank())
                .forEach(address -> addresses.add(address.toLowerCase(Locale.ROOT)));
        return addresses;
    }

    @Override
    public String module() {
        return ContactsModule.NAME;
    }

    /** The contact, its addresses and consents with their proof, the imports that touched it, and all its events. */
    @Override
    public Map<String, Object> export(Handle tx, String tenant, String contactId) {
        Map<String, Object> known = new LinkedHashMap<>();
        known.put("contacts", rows(tx, tenant, contactId, """
                SELECT (to_jsonb(c) - 'search')::text FROM contacts.contacts c
                WHERE tenant_id = :tenant AND id::text = :contact"""));
        known.putAll(ContactTables.rows(tx, ContactsModule.NAME, tenant, contactId));
        known.put("imports", rows(tx, tenant, contactId, """
                SELECT to_jsonb(i)::text FROM contacts.imports i
                WHERE tenant_id = :tenant AND id::text IN (SELECT payload->>'importId' FROM contacts.system_events
                  WHERE org_id = :tenant AND primary_entity_type = 'contact' AND primary_entity_id = :contact)"""));
        known.put("events", rows(tx, tenant, contactId, """
                SELECT jsonb_build_object('id', id, 'type', event_type, 'at', occurred_at, 'actor', actor_id, 'origin', origin,
                  'data', payload)::text FROM contacts.system_events
                WHERE org_id = :tenant AND primary_entity_type = 'contact' AND primary_entity_id = :contact ORDER BY seq"""));
        known.values().removeIf(value -> value instanceof List<?> list && list.isEmpty());
        return known;
    }

    private static List<JsonNode> rows(Handle tx, String tenant, String contactId, String query) {
        return tx.createQuery(query)
                .bind("tenant", tenant)
                .bind("contact", contactId)
                .mapTo(String.class)
                .map(ContactTables::json)
                .list();
    }

    @Override
    public void erase(Handle tx, String tenant, Collection<String> contactIds) {
        tx.createUpdate("DELETE FROM contacts.contacts WHERE tenant_id = :tenant AND id::text = ANY(:contacts)")
                .bind("tenant", tenant)
                .bindArray("contacts", String.class, contactIds.toArray())
                .execute();
        ImportLeftovers.erase(tx, tenant, contactIds, Set.of());
    }
}
