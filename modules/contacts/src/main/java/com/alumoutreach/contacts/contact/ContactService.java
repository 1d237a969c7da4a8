package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contacts.consent.Consents;
import com.alumoutreach.contacts.consent.Suppressions;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.contact.ContactDeleted;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Station 2: changes a contact and appends what happened to the event log (station 3), in one transaction. */
@Singleton
class ContactService {
    private static final String UNIQUE_VIOLATION = "23505";

    private final Database database;
    private final ContactRepository contacts;
    private final Addresses addresses;
    private final Consents consents;
    private final Suppressions suppressions;
    private final EventLog log;
    private final Clock clock;

    ContactService(
            Database database,
            ContactRepository contacts,
            Addresses addresses,
            Consents consents,
            Suppressions suppressions,
            @Named(ContactsModule.NAME) EventLog log,
            Clock clock) {
        this.database = database;
        this.contacts = contacts;
        this.addresses = addresses;
        this.consents = consents;
        this.suppressions = suppressions;
        this.log = log;
        this.clock = clock;
    }

    /** @throws ProblemException NO_ADDRESS, CONTACT_EXISTS, INVALID_ATTRIBUTE */
    Contact create(Handle tx, Caller caller, ContactFields fields) {
        ContactFields typed = typed(tx, caller, fields);
        Contact contact = Contact.of(caller.tenantId(), typed, now());
        lockAddresses(tx, caller.tenantId(), typed);
        addresses.check(tx, contact);
        if (contacts.insertAbsent(tx, caller.tenantId(), List.of(contact)).isEmpty()) {
            throw exists();
        }
        if (!contact.emails().isEmpty()) {
            addresses.keep(tx, contact);
        }
        log.append(tx, caller.context(), contact.created(null));
        return suppressions
                .apply(tx, caller.context(), List.of(Suppressions.Moved.created(contact)), now())
                .getFirst();
    }

    Contact get(Caller caller, UUID id) {
        return database.inTransaction(caller.tenantId(), tx -> contacts.find(tx, caller.tenantId(), id))
                .orElseThrow(() -> ProblemException.notFound("contact", id.toString()));
    }

    Optional<Contact> withAddress(Caller caller, String address) {
        return database.inTransaction(caller.tenantId(), tx -> contacts.withAddress(tx, caller.tenantId(), address));
    }

    /** Those that the filter lets through, by creation. */
    List<Contact> list(Caller caller, ContactFilter filter, UUID cursor, int limit) {
        String terms = filter.terms(caller.tenantId());
        if (terms.isEmpty() && filter.words() != null && !filter.words().isBlank()) {
            return List.of();
        }
        return database.inTransaction(caller.tenantId(), tx -> {
            if (terms.isEmpty()) {
                return contacts.list(
                        tx, caller.tenantId(), filter.low(cursor), filter.high(cursor), filter.newestFirst(), limit);
            }
            return search(tx, caller.tenantId(), filter, terms, cursor, limit);
        });
    }

    /** Until there are enough: what the terms find is compared once more, and may fall out. */
    private List<Contact> search(Handle tx, String tenant, ContactFilter filter, String terms, UUID cursor, int limit) {
        List<Contact> rows = new ArrayList<>(limit);
        UUID from = cursor;
        List<UUID> found;
        do {
            int missing = limit - rows.size();
            found = contacts.search(tx, terms, filter.low(from), filter.high(from), filter.newestFirst(), missing);
            contacts.all(tx, tenant, found).stream().filter(filter::matches).forEach(rows::add);
            if (found.size() < missing) {
                return rows;
            }
            from = found.getLast();
        } while (rows.size() < limit);
        return rows;
    }

    /** Changes what is mentioned. Says what changed, and nothing when nothing did. */
    Contact patch(Caller caller, UUID id, IfMatch expected, ContactFields fields) {
        return change(caller, id, expected, fields, (before, typed) -> before.patched(typed, now()));
    }

    Contact replace(Caller caller, UUID id, IfMatch expected, ContactFields fields) {
        return change(caller, id, expected, fields, (before, typed) -> before.replaced(typed, now()));
    }

    Contact tag(Caller caller, UUID id, IfMatch expected, String tag) {
        return change(
                caller,
                id,
                expected,
                before -> before.withTags(
                        Stream.concat(before.tags().stream(), Stream.of(tag))
                                .distinct()
                                .toList(),
                        now()));
    }

    Contact untag(Caller caller, UUID id, IfMatch expected, String tag) {
        return change(
                caller,
                id,
                expected,
                before -> before.withTags(
                        before.tags().stream().filter(t -> !t.equals(tag)).toList(), now()));
    }

    void delete(Caller caller, UUID id, IfMatch expected) {
        database.useTransaction(caller.tenantId(), tx -> {
            Contact contact = locked(tx, caller, id, expected);
            suppressions.remember(tx, contact, null);
            contacts.deleteAll(tx, caller.tenantId(), List.of(id));
            log.append(tx, caller.context(), new ContactDeleted(id.toString(), contact.version() + 1, null, null));
        });
    }

    /**
     * Makes one contact of two: the other is deleted, its addresses, tags and whatever the first does not have go over, and of
     * what both said about consent the stricter word.
     *
     * @throws ProblemException CONTACT_NOT_FOUND; MERGE_WITH_ITSELF; PRECONDITION_FAILED; what {@link Contact#with} refuses
     */
    Contact merge(Handle tx, Caller caller, UUID id, IfMatch expected, UUID otherId) {
        if (id.equals(otherId)) {
            throw ProblemException.badRequest("MERGE_WITH_ITSELF", "A contact cannot be merged with itself");
        }
        addresses.lock(tx, caller.tenantId(), true);
        Map<UUID, Contact> both = contacts.lockAll(tx, caller.tenantId(), List.of(id, otherId)).stream()
                .collect(Collectors.toMap(Contact::id, Function.identity()));
        Contact before = found(both, id);
        Contact other = found(both, otherId);
        expected.check(before.version());
        Contact merged = before.with(other, now());
        suppressions.remember(tx, other, id);
        Contact said = consents.merge(tx, caller.context(), before, otherId, now());
        contacts.deleteAll(tx, caller.tenantId(), List.of(otherId));
        Contact after = merged == before ? said : merged.ofVersion(said.version() + 1);
        if (after != before) {
            contacts.update(tx, List.of(after));
            addresses.keep(tx, after);
            append(tx, caller, after.changesSince(before));
        }
        log.append(
                tx, caller.context(), new ContactDeleted(otherId.toString(), other.version() + 1, null, id.toString()));
        return after;
    }

    private static Contact found(Map<UUID, Contact> contacts, UUID id) {
        Contact contact = contacts.get(id);
        if (contact == null) {
            throw ProblemException.notFound("contact", id.toString());
        }
        return contact;
    }

    private Contact change(
            Caller caller,
            UUID id,
            IfMatch expected,
            ContactFields fields,
            BiFunction<Contact, ContactFields, Contact> change) {
        return change(caller, id, expected, fields, tx -> {
            ContactFields typed = typed(tx, caller, fields);
            return before -> change.apply(before, typed);
        });
    }

    private Contact change(Caller caller, UUID id, IfMatch expected, UnaryOperator<Contact> change) {
        return change(caller, id, expected, null, tx -> change);
    }

    /** @param said null when no address can change */
    private Contact change(
            Caller caller,
            UUID id,
            IfMatch expected,
            @Nullable ContactFields said,
            Function<Handle, UnaryOperator<Contact>> change) {
        try {
            return database.inTransaction(caller.tenantId(), tx -> {
                if (said != null) {
                    lockAddresses(tx, caller.tenantId(), said);
                }
                UnaryOperator<Contact> changer = change.apply(tx);
                Contact before = locked(tx, caller, id, expected);
                Contact after = changer.apply(before);
                if (after == before) {
                    return before;
                }
                boolean moved = !after.addresses().equals(before.addresses());
                if (moved) {
                    addresses.check(tx, after);
                }
                contacts.update(tx, List.of(after));
                append(tx, caller, after.changesSince(before));
                if (!moved) {
                    return after;
                }
                if (!after.emails().equals(before.emails())) {
                    addresses.keep(tx, after);
                }
                return suppressions
                        .apply(tx, caller.context(), List.of(Suppressions.Moved.changed(before, after)), now())
                        .getFirst();
            });
        } catch (UnableToExecuteStatementException e) {
            if (e.getCause() instanceof SQLException sql && UNIQUE_VIOLATION.equals(sql.getSQLState())) {
                throw exists();
            }
            throw e;
        }
    }

    private static ContactFields typed(Handle tx, Caller caller, ContactFields fields) {
        return fields.attributes().isEmpty()
                ? fields
                : AttributeTypes.of(tx, caller.tenantId()).applied(fields);
    }

    private void lockAddresses(Handle tx, String tenant, ContactFields said) {
        addresses.lock(tx, tenant, said.emails() != null);
    }

    private void append(Handle tx, Caller caller, List<Event> events) {
        log.appendAll(
                tx,
                events.stream()
                        .map(event -> new EventLog.Entry(caller.context(), event))
                        .toList());
    }

    private Contact locked(Handle tx, Caller caller, UUID id, IfMatch expected) {
        Contact contact = contacts.lock(tx, caller.tenantId(), id)
                .orElseThrow(() -> ProblemException.notFound("contact", id.toString()));
        expected.check(contact.version());
        return contact;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static ProblemException exists() {
        return ProblemException.conflict("CONTACT_EXISTS", "There is a contact with this address already");
    }
}
