package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.contact.ContactConsentGranted;
import com.alumoutreach.contracts.contact.ContactConsentRevoked;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What rows say about consent. A yes counts only where nothing is known, and never below a channel that was revoked as a whole; a
 * no always counts. So no import makes of a revoked consent anything else, whatever runs beside it: the statements themselves
 * refuse.
 */
@Singleton
class ImportConsents {
    private static final String SOURCE = "import";

    private static final String REVOKE = """
            INSERT INTO contacts.consents AS c (tenant_id, contact_id, channel, topic, state, source, proof, changed_at)
            SELECT :tenant, contact, channel, topic, 'revoked', 'import', jsonb_build_object('importId', :import, 'row', number), :now
            FROM unnest(:contacts, :channels, :topics, :rows) AS w (contact, channel, topic, number)
            ON CONFLICT (contact_id, channel, topic) DO UPDATE
              SET state = 'revoked', source = 'import', proof = EXCLUDED.proof, changed_at = EXCLUDED.changed_at
              WHERE c.state <> 'revoked'
            RETURNING contact_id, channel, topic, (proof->>'row')::bigint""";

    private static final String GRANT = """
            INSERT INTO contacts.consents (tenant_id, contact_id, channel, topic, state, source, proof, changed_at)
            SELECT :tenant, contact, channel, topic, 'granted', 'import', jsonb_build_object('importId', :import, 'row', number), :now
            FROM unnest(:contacts, :channels, :topics, :rows) AS w (contact, channel, topic, number)
            WHERE NOT EXISTS (SELECT 1 FROM contacts.consents r WHERE r.tenant_id = :tenant AND r.contact_id = w.contact
                              AND r.channel = w.channel AND r.topic = ''
                              AND (r.state = 'revoked' OR r.state = 'requested' AND r.refused))
            ON CONFLICT (contact_id, channel, topic) DO NOTHING
            RETURNING contact_id, channel, topic, (proof->>'row')::bigint""";

    /** @param name channel and, after a dot, topic */
    record Wish(UUID contact, long row, String name, boolean yes) {
        String channel() {
            int dot = name.indexOf('.');
            return dot < 0 ? name : name.substring(0, dot);
        }

        String topic() {
            int dot = name.indexOf('.');
            return dot < 0 ? "" : name.substring(dot + 1);
        }
    }

    private record Changed(
            UUID contact, String channel, @Nullable String topic, long row) {}

    /** @return the versions of the contacts whose consent changed */
    Map<UUID, Long> apply(Handle tx, ContactImport into, List<Wish> wishes, Instant now, List<EventLog.Ready> events) {
        if (into.dryRun()) {
            return Map.of();
        }
        List<Changed> revoked =
                written(tx, into, REVOKE, wishes.stream().filter(w -> !w.yes()).toList(), now);
        List<Changed> granted =
                written(tx, into, GRANT, wishes.stream().filter(Wish::yes).toList(), now);
        Map<UUID, Long> versions = raised(tx, into, Stream.concat(revoked.stream(), granted.stream()), now);
        for (Changed c : revoked) {
            events.add(ready(
                    into,
                    new ContactConsentRevoked(
                            c.contact().toString(),
                            c.channel(),
                            SOURCE,
                            null,
                            now,
                            versions.get(c.contact()),
                            c.topic(),
                            proof(into, c),
                            null)));
        }
        for (Changed c : granted) {
            events.add(ready(
                    into,
                    new ContactConsentGranted(
                            c.contact().toString(),
                            c.channel(),
                            SOURCE,
                            now,
                            versions.get(c.contact()),
                            c.topic(),
                            proof(into, c))));
        }
        return versions;
    }

    /** Each contact's next version: by it others tell which word is the last one. */
    private static Map<UUID, Long> raised(Handle tx, ContactImport of, Stream<Changed> changed, Instant now) {
        UUID[] contacts = changed.map(Changed::contact).distinct().toArray(UUID[]::new);
        Map<UUID, Long> versions = new HashMap<>();
        if (contacts.length > 0) {
            tx.createQuery("UPDATE contacts.contacts SET version = version + 1, updated_at = :now"
                            + " WHERE tenant_id = :tenant AND id = ANY(:contacts) RETURNING id, version")
                    .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                    .bind("tenant", of.tenantId())
                    .bindArray("contacts", UUID.class, (Object[]) contacts)
                    .map((row, context) -> Map.entry(row.getObject(1, UUID.class), row.getLong(2)))
                    .forEach(entry -> versions.put(entry.getKey(), entry.getValue()));
        }
        return versions;
    }

    private static EventLog.Ready ready(ContactImport into, Event event) {
        return EventLog.ready(into.context(), event);
    }

    private static Map<String, Object> proof(ContactImport into, Changed changed) {
        return Map.of("importId", into.id().toString(), "row", changed.row());
    }

    private static List<Changed> written(Handle tx, ContactImport into, String sql, List<Wish> wishes, Instant now) {
        if (wishes.isEmpty()) {
            return List.of();
        }
        return tx.createQuery(sql)
                .bind("tenant", into.tenantId())
                .bind("import", into.id().toString())
                .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                .bindArray(
                        "contacts",
                        UUID.class,
                        wishes.stream().map(Wish::contact).toArray())
                .bindArray(
                        "channels",
                        String.class,
                        wishes.stream().map(Wish::channel).toArray())
                .bindArray(
                        "topics", String.class, wishes.stream().map(Wish::topic).toArray())
                .bindArray("rows", Long.class, wishes.stream().map(Wish::row).toArray())
                .map((row, context) -> new Changed(
                        row.getObject(1, UUID.class), row.getString(2), blankToNull(row.getString(3)), row.getLong(4)))
                .list();
    }

    private static @Nullable String blankToNull(String topic) {
        return topic.isEmpty() ? null : topic;
    }

    /** Of these contacts, those with a consent that the import did not grant: to delete them would lose it. */
    Set<UUID> withOthers(Handle tx, ContactImport of, Collection<UUID> contacts) {
        return new HashSet<>(tx.createQuery("""
                        SELECT DISTINCT contact_id FROM contacts.consents WHERE tenant_id = :tenant AND contact_id = ANY(:contacts)
                        AND NOT (state = 'granted' AND source = 'import' AND proof->>'importId' = :import)""")
                .bind("tenant", of.tenantId())
                .bind("import", of.id().toString())
                .bindArray("contacts", UUID.class, contacts.toArray())
                .mapTo(UUID.class)
                .list());
    }

    /**
     * Takes back what the import granted, also where a merge has carried it; there is no consent then, as before. What it revoked stays revoked.
     *
     * @return the events of it
     */
    List<EventLog.Ready> takeBack(Handle tx, ContactImport of, Collection<UUID> contacts, Instant now) {
        List<Changed> taken = tx.createQuery("""
                        DELETE FROM contacts.consents WHERE tenant_id = :tenant AND contact_id = ANY(:contacts)
                        AND state = 'granted' AND source IN ('import', 'merge') AND proof->>'importId' = :import
                        RETURNING contact_id, channel, topic, (proof->>'row')::bigint""")
                .bind("tenant", of.tenantId())
                .bind("import", of.id().toString())
                .bindArray("contacts", UUID.class, contacts.toArray())
                .map((row, context) -> new Changed(
                        row.getObject(1, UUID.class), row.getString(2), blankToNull(row.getString(3)), row.getLong(4)))
                .list();
        Map<UUID, Long> versions = raised(tx, of, taken.stream(), now);
        return taken.stream()
                .map(c -> ready(
                        of,
                        new ContactConsentRevoked(
                                c.contact().toString(),
                                c.channel(),
                                SOURCE,
                                "the import that granted it was undone",
                                now,
                                versions.get(c.contact()),
                                c.topic(),
                                proof(of, c),
                                true)))
                .toList();
    }
}
