package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactDeleted;
import com.alumoutreach.contracts.contact.ContactTagged;
import com.alumoutreach.contracts.contact.ContactUntagged;
import com.alumoutreach.contracts.contact.ContactUpdated;
import com.alumoutreach.segments.segment.Segment;
import com.alumoutreach.segments.segment.SegmentRepository;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Station 8: keeps the copy of the contacts, and with it the members. Right in any order of arrival: each event carries whole
 * state and a version, the newer one stays; a deleted contact stays deleted.
 */
@Singleton
public class ContactProjection {
    private final ContactCopies copies;
    private final SegmentRepository segments;
    private final Memberships memberships;

    ContactProjection(ContactCopies copies, SegmentRepository segments, Memberships memberships) {
        this.copies = copies;
        this.segments = segments;
        this.memberships = memberships;
    }

    /** @param deliveries of one tenant */
    public void on(List<Delivery> deliveries) {
        Handle tx = deliveries.getFirst().tx();
        String tenant = deliveries.getFirst().tenantId();
        Map<String, Delivery> lastOf = new LinkedHashMap<>();
        deliveries.forEach(d -> lastOf.put(contactOf(d.event()), d));
        // Segments first, as the evaluation does: one order of locks for all.
        List<Segment> ofTenant = segments.lockAll(tx, tenant);
        Map<String, ContactCopy> known = copies.lock(tx, tenant, lastOf.keySet()).stream()
                .collect(Collectors.toMap(ContactCopy::contactId, Function.identity(), (a, b) -> b, TreeMap::new));
        for (Delivery delivery : deliveries) {
            known.computeIfPresent(contactOf(delivery.event()), (id, copy) -> applied(copy, delivery));
        }
        copies.update(tx, tenant, known.values());
        memberships.decide(
                tx,
                tenant,
                ofTenant,
                known.values(),
                contact ->
                        Objects.requireNonNull(lastOf.get(contact.contactId())).context());
    }

    private static String contactOf(Event event) {
        return event.entity().id();
    }

    private static ContactCopy applied(ContactCopy copy, Delivery delivery) {
        return switch (delivery.event()) {
            case ContactCreated e -> {
                long version = version(e.contactVersion(), delivery);
                ContactCopy withFields = version <= copy.fieldsVersion()
                        ? copy
                        : fields(
                                copy,
                                e.email(),
                                e.phone(),
                                e.firstName(),
                                e.lastName(),
                                e.source(),
                                e.attributes(),
                                version);
                yield e.tags() == null || version <= copy.tagsVersion()
                        ? withFields
                        : withFields.withTags(e.tags(), version);
            }
            case ContactUpdated e -> {
                long version = version(e.contactVersion(), delivery);
                yield version <= copy.fieldsVersion()
                        ? copy
                        : fields(
                                copy,
                                e.email(),
                                e.phone(),
                                e.firstName(),
                                e.lastName(),
                                e.source(),
                                e.attributes(),
                                version);
            }
            case ContactTagged e -> tags(copy, e.tags(), e.tag(), true, version(e.contactVersion(), delivery));
            case ContactUntagged e -> tags(copy, e.tags(), e.tag(), false, version(e.contactVersion(), delivery));
            case ContactDeleted e -> copy.asDeleted();
            default -> copy;
        };
    }

    /** Events of outsiders have no version: then the time stands for it, which is larger than any count of changes. */
    private static long version(@Nullable Long version, Delivery delivery) {
        return version == null ? delivery.envelope().timestamp().toEpochMilli() : version;
    }

    private static ContactCopy tags(
            ContactCopy copy, @Nullable List<String> all, String tag, boolean has, long version) {
        if (version <= copy.tagsVersion()) {
            return copy;
        }
        if (all != null) {
            return copy.withTags(all, version);
        }
        java.util.LinkedHashSet<String> tags = new java.util.LinkedHashSet<>(copy.tags());
        if (has) {
            tags.add(tag);
        } else {
            tags.remove(tag);
        }
        return copy.withTags(List.copyOf(tags), version);
    }

    private static ContactCopy fields(
            ContactCopy copy,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String source,
            @Nullable Map<String, Object> attributes,
            long version) {
        return new ContactCopy(
                copy.contactId(),
                email,
                phone,
                firstName,
                lastName,
                source,
                attributes == null ? Map.of() : attributes,
                copy.tags(),
                version,
                copy.tagsVersion(),
                copy.deleted());
    }
}
