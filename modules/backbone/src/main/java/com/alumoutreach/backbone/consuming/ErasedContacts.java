package com.alumoutreach.backbone.consuming;

import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.Redaction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Whom a service is to forget, as far as deliveries are concerned: an event that arrives after its person was erased is handled
 * without the person, so that no copy gets what was just forgotten.
 */
final class ErasedContacts {
    /** Above so many persons it is faster to ask who of the tenants was erased at all, as far as that are few. */
    private static final int MANY = 500;

    private static final int FEW_ERASED = 1_000;

    private final String query;
    private final String ofTenants;

    ErasedContacts(String schema) {
        this.query = "SELECT tenant_id, contact_id FROM " + schema + ".erasures"
                + " JOIN unnest(:tenants, :contacts) AS p (tenant_id, contact_id) USING (tenant_id, contact_id)";
        this.ofTenants = "SELECT tenant_id, contact_id FROM " + schema
                + ".erasures WHERE tenant_id = ANY(:tenants) LIMIT " + FEW_ERASED;
    }

    record Person(String tenantId, String contactId) {}

    /** Whom the event is about; null when it is about nobody. */
    static @Nullable Person personOf(EventEnvelope event) {
        String contact = Redaction.contactOf(event.data(), event.entity());
        return contact == null ? null : new Person(event.tenantId(), contact);
    }

    /** The same events in the same order; those about erased contacts are redacted. In one query, two, or none. */
    List<EventEnvelope> redacted(Handle tx, List<EventEnvelope> events) {
        Set<Person> erased = among(
                tx,
                events.stream()
                        .map(ErasedContacts::personOf)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet()));
        if (erased.isEmpty()) {
            return events;
        }
        List<EventEnvelope> result = new ArrayList<>(events.size());
        for (EventEnvelope event : events) {
            Person person = personOf(event);
            result.add(person != null && erased.contains(person) ? redacted(event) : event);
        }
        return result;
    }

    /** Those who were erased, and others of their tenants maybe. */
    Set<Person> among(Handle tx, Set<Person> persons) {
        return persons.isEmpty() ? Set.of() : erased(tx, List.copyOf(persons));
    }

    private Set<Person> erased(Handle tx, List<Person> persons) {
        if (persons.size() > MANY) {
            Set<Person> ofTheirTenants = new HashSet<>(tx.createQuery(ofTenants)
                    .bindArray(
                            "tenants",
                            String.class,
                            persons.stream().map(Person::tenantId).distinct().toArray())
                    .map((row, context) -> new Person(row.getString(1), row.getString(2)))
                    .list());
            if (ofTheirTenants.size() < FEW_ERASED) {
                return ofTheirTenants;
            }
        }
        return new HashSet<>(tx.createQuery(query)
                .bindArray(
                        "tenants",
                        String.class,
                        persons.stream().map(Person::tenantId).toArray())
                .bindArray(
                        "contacts",
                        String.class,
                        persons.stream().map(Person::contactId).toArray())
                .map((row, context) -> new Person(row.getString(1), row.getString(2)))
                .list());
    }

    static EventEnvelope redacted(EventEnvelope event) {
        return new EventEnvelope(
                event.id(),
                event.type(),
                event.version(),
                event.source(),
                event.timestamp(),
                event.tenantId(),
                event.correlationId(),
                event.causationId(),
                event.actor(),
                event.entity(),
                Redaction.redacted(event.type(), event.data()),
                Map.of());
    }
}
