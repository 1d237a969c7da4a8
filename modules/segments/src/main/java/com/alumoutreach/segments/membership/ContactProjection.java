package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.contracts.contact.ContactConsentGranted;
import com.alumoutreach.contracts.contact.ContactConsentRequested;
import com.alumoutreach.contracts.contact.ContactConsentRevoked;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactDeleted;
import com.alumoutreach.contracts.contact.ContactState;
import com.alumoutreach.contracts.contact.ContactTagged;
import com.alumoutreach.contracts.contact.ContactUntagged;
import com.alumoutreach.contracts.contact.ContactUpdated;
import com.alumoutreach.segments.membership.ContactCopy.Fields;
import com.alumoutreach.segments.membership.Memberships.Question;
import com.alumoutreach.segments.rule.RuleReader;
import com.alumoutreach.segments.segment.Definitions;
import com.alumoutreach.segments.segment.Segment;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Station 8: keeps the copy of the contacts, and with it the members. Right in any order of arrival: each event carries whole
 * state and a version, the newer one stays; a deleted contact stays deleted.
 */
@Singleton
public class ContactProjection {
    private final ContactCopies copies;
    private final Definitions definitions;
    private final Memberships memberships;
    private final Engagements engagements;
    private final MergedContacts merged;

    ContactProjection(
            ContactCopies copies,
            Definitions definitions,
            Memberships memberships,
            Engagements engagements,
            MergedContacts merged) {
        this.copies = copies;
        this.definitions = definitions;
        this.memberships = memberships;
        this.engagements = engagements;
        this.merged = merged;
    }

    /** @param deliveries of one tenant */
    public void on(List<Delivery> deliveries) {
        Handle tx = deliveries.getFirst().tx();
        String tenant = deliveries.getFirst().tenantId();
        Map<String, List<Delivery>> byContact = new TreeMap<>();
        for (Delivery delivery : deliveries) {
            if (isOfContact(delivery)) {
                byContact
                        .computeIfAbsent(delivery.event().entity().id(), unused -> new ArrayList<>())
                        .add(delivery);
            }
        }
        if (byContact.isEmpty()) {
            return;
        }
        // Definitions first, as everybody does: one order of locks for all.
        Definitions.OfTenant defined = definitions.lock(tx, tenant);
        Map<String, String> survivors = survivors(tx, tenant, deliveries);
        survivors.values().forEach(contact -> byContact.computeIfAbsent(contact, unused -> new ArrayList<>()));
        List<Question> questions = store(tx, tenant, byContact, defined);
        questions.addAll(forgetAndMove(tx, tenant, deliveries, survivors, defined));
        takePlace(tx, tenant, deliveries, survivors);
        memberships.decide(tx, tenant, onePerContact(questions));
    }

    private static boolean isOfContact(Delivery delivery) {
        return switch (delivery.event()) {
            case ContactCreated e -> true;
            case ContactUpdated e -> true;
            case ContactTagged e -> true;
            case ContactUntagged e -> true;
            case ContactConsentGranted e -> true;
            case ContactConsentRevoked e -> true;
            case ContactConsentRequested e -> true;
            case ContactDeleted e -> true;
            default -> false;
        };
    }

    /** Writes the copies, those that must be new first; what has to be asked about them follows from what changed. */
    private List<Question> store(
            Handle tx, String tenant, Map<String, List<Delivery>> byContact, Definitions.OfTenant defined) {
        List<ContactCopy> known = new ArrayList<>(copies.lock(
                tx,
                tenant,
                byContact.keySet().stream()
                        .filter(id -> !isCreated(of(byContact, id)))
                        .toList()));
        Map<String, ContactCopy> asNew = new TreeMap<>();
        byContact.forEach((id, events) -> asNew.put(id, applied(ContactCopy.unknown(id), events)));
        known.forEach(copy -> asNew.remove(copy.contactId()));
        Set<String> added = copies.insert(tx, tenant, asNew.values());
        List<Question> questions = new ArrayList<>();
        added.forEach(id ->
                questions.add(question(Objects.requireNonNull(asNew.remove(id)), defined.dynamic(), true, byContact)));
        known.addAll(copies.lock(tx, tenant, asNew.keySet()));
        List<ContactCopy> changed = new ArrayList<>();
        for (ContactCopy before : known) {
            ContactCopy after = applied(before, of(byContact, before.contactId()));
            if (after.equals(before)) {
                continue;
            }
            changed.add(after);
            Collection<Segment> readers = before.present() && after.present()
                    ? defined.readersOf(after.facts().changedSince(before.facts()))
                    : defined.dynamic();
            questions.add(question(after, readers, false, byContact));
        }
        copies.update(tx, tenant, changed);
        return questions;
    }

    private static Question question(
            ContactCopy copy, Collection<Segment> segments, boolean fresh, Map<String, List<Delivery>> byContact) {
        List<Delivery> events = of(byContact, copy.contactId());
        Delivery last = events.isEmpty()
                ? byContact.values().stream()
                        .filter(all -> !all.isEmpty())
                        .findFirst()
                        .orElseThrow()
                        .getLast()
                : events.getLast();
        return new Question(copy, segments, fresh, last.context());
    }

    private static boolean isCreated(List<Delivery> events) {
        return events.stream().anyMatch(delivery -> delivery.event() instanceof ContactCreated);
    }

    private static List<Delivery> of(Map<String, List<Delivery>> byContact, String contactId) {
        return Objects.requireNonNull(byContact.get(contactId));
    }

    /** Who gets what happened to contacts that were merged away in this batch. */
    private Map<String, String> survivors(Handle tx, String tenant, List<Delivery> deliveries) {
        Map<String, String> into = new HashMap<>();
        for (Delivery delivery : deliveries) {
            if (delivery.event() instanceof ContactDeleted e && e.mergedInto() != null) {
                into.put(e.contactId(), e.mergedInto());
            }
        }
        return into.isEmpty() ? into : merged.survivors(tx, tenant, into.keySet(), into);
    }

    private List<Question> forgetAndMove(
            Handle tx,
            String tenant,
            List<Delivery> deliveries,
            Map<String, String> survivors,
            Definitions.OfTenant defined) {
        Set<String> erased = new HashSet<>();
        Map<String, Delivery> moved = new HashMap<>();
        for (Delivery delivery : deliveries) {
            if (!(delivery.event() instanceof ContactDeleted e)) {
                continue;
            }
            if (Boolean.TRUE.equals(e.erased())) {
                erased.add(e.contactId());
            }
            String to = survivors.get(e.contactId());
            if (to != null && !erased.contains(e.contactId()) && engagements.move(tx, tenant, e.contactId(), to) > 0) {
                moved.put(to, delivery);
            }
        }
        List<Question> questions = new ArrayList<>();
        for (ContactCopy copy : copies.find(tx, tenant, moved.keySet())) {
            if (copy.mergedInto() != null) {
                // Since it was looked up; it comes again, and finds the next one.
                throw new IllegalStateException("A contact was merged while another was merged into it");
            }
            if (copy.erased()) {
                erased.add(copy.contactId());
            }
            questions.add(new Question(
                    copy,
                    defined.readersOf(RuleReader.EVENTS),
                    false,
                    Objects.requireNonNull(moved.get(copy.contactId())).context()));
        }
        engagements.forget(tx, tenant, erased);
        return questions;
    }

    /** Also of contacts whose own events are still to come, but of none that is gone. */
    private void takePlace(Handle tx, String tenant, List<Delivery> deliveries, Map<String, String> survivors) {
        if (survivors.isEmpty()) {
            return;
        }
        Map<String, String> into = new HashMap<>(survivors);
        Set<String> there = new HashSet<>();
        for (ContactCopy copy : copies.find(tx, tenant, new HashSet<>(survivors.values()))) {
            if (copy.mergedInto() != null) {
                throw new IllegalStateException("A contact was merged while another was merged into it");
            }
            if (!copy.deleted()) {
                there.add(copy.contactId());
            }
        }
        into.values().retainAll(there);
        Map<String, EventContext> why = new HashMap<>();
        deliveries.forEach(delivery -> why.put(delivery.event().entity().id(), delivery.context()));
        memberships.takePlace(tx, tenant, into, why);
    }

    /** A contact is asked about once, with all that its events gave reason to. */
    private static List<Question> onePerContact(List<Question> questions) {
        Map<String, Question> byContact = new TreeMap<>();
        for (Question question : questions) {
            byContact.merge(question.copy().contactId(), question, (one, more) -> {
                Set<Segment> segments = new HashSet<>(one.segments());
                segments.addAll(more.segments());
                // What was moved to it happened: it is not fresh any more.
                return new Question(one.copy(), segments, false, one.why());
            });
        }
        return List.copyOf(byContact.values());
    }

    private static ContactCopy applied(ContactCopy copy, List<Delivery> events) {
        ContactCopy after = copy;
        for (Delivery delivery : events) {
            after = applied(after, delivery);
        }
        return after;
    }

    private static ContactCopy applied(ContactCopy copy, Delivery delivery) {
        return switch (delivery.event()) {
            case ContactCreated e -> {
                long version = version(e.contactVersion(), delivery);
                ContactCopy created = copy.withFields(fields(e), version)
                        .withCreated(delivery.envelope().timestamp().toEpochMilli());
                yield e.tags() == null ? created : created.withTags(e.tags(), version);
            }
            case ContactUpdated e -> copy.withFields(fields(e), version(e.contactVersion(), delivery));
            case ContactTagged e -> tags(copy, e.tags(), e.tag(), true, version(e.contactVersion(), delivery));
            case ContactUntagged e -> tags(copy, e.tags(), e.tag(), false, version(e.contactVersion(), delivery));
            case ContactConsentGranted e ->
                copy.withConsent(e.channel(), e.topic(), "granted", version(e.contactVersion(), delivery));
            case ContactConsentRevoked e ->
                copy.withConsent(
                        e.channel(),
                        e.topic(),
                        e.refused() ? "revoked" : ContactCopy.NO_CONSENT,
                        version(e.contactVersion(), delivery));
            case ContactConsentRequested e ->
                copy.withConsent(e.channel(), e.topic(), "requested", version(e.contactVersion(), delivery));
            case ContactDeleted e -> copy.asDeleted(Boolean.TRUE.equals(e.erased()), e.mergedInto());
            default -> copy;
        };
    }

    /** Events of outsiders have no version: then the time stands for it, which is larger than any count of changes. */
    private static long version(@Nullable Long version, Delivery delivery) {
        return version == null ? delivery.envelope().timestamp().toEpochMilli() : version;
    }

    private static ContactCopy tags(
            ContactCopy copy, @Nullable List<String> all, String tag, boolean has, long version) {
        return all == null ? copy.withTag(tag, has, version) : copy.withTags(all, version);
    }

    private static Fields fields(ContactState e) {
        return new Fields(
                e.email(),
                e.phone(),
                e.firstName(),
                e.lastName(),
                e.source(),
                e.timeZone(),
                e.locale(),
                e.emails() == null ? List.of() : e.emails(),
                e.attributes() == null ? Map.of() : e.attributes());
    }
}
