package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.contact.ContactDeleted;
import com.alumoutreach.contracts.contact.ContactTagged;
import com.alumoutreach.contracts.contact.ContactUntagged;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Station 2: changes a contact and appends what happened to the event log (station 3), in one transaction. */
@Singleton
class ContactService {
    private final Database database;
    private final ContactRepository contacts;
    private final EventLog log;
    private final Clock clock;

    ContactService(
            Database database, ContactRepository contacts, @Named(ContactsModule.NAME) EventLog log, Clock clock) {
        this.database = database;
        this.contacts = contacts;
        this.log = log;
        this.clock = clock;
    }

    /** @throws ProblemException NO_ADDRESS, CONTACT_EXISTS */
    Contact create(Caller caller, ContactFields fields) {
        if (fields.email() == null && fields.phone() == null) {
            throw ProblemException.badRequest("NO_ADDRESS", "A contact needs an email or a phone");
        }
        Contact contact = Contact.of(caller.tenantId(), fields, now());
        database.useTransaction(caller.tenantId(), tx -> {
            if (contacts.insert(tx, List.of(contact)) == 0) {
                throw exists();
            }
            log.append(tx, caller.context(), contact.created(null));
        });
        return contact;
    }

    Contact get(Caller caller, UUID id) {
        return database.inTransaction(caller.tenantId(), tx -> contacts.find(tx, caller.tenantId(), id))
                .orElseThrow(() -> ProblemException.notFound("contact", id.toString()));
    }

    List<Contact> list(Caller caller, UUID after, int limit, @Nullable String email) {
        return database.inTransaction(
                caller.tenantId(), tx -> contacts.list(tx, caller.tenantId(), after, limit, email));
    }

    /** Says {@code contact.updated} when something changed, nothing otherwise. */
    Contact update(Caller caller, UUID id, ContactFields fields) {
        return change(caller, id, (tx, before) -> {
            Contact after = before.with(fields, now());
            if (!after.identity().equals(before.identity())
                    && contacts.identityTaken(tx, caller.tenantId(), after.identity(), id)) {
                throw exists();
            }
            return new Change(after, after == before ? null : after.updated(before));
        });
    }

    Contact tag(Caller caller, UUID id, String tag) {
        return change(caller, id, (tx, before) -> {
            if (before.tags().contains(tag)) {
                return new Change(before, null);
            }
            List<String> tags = new ArrayList<>(before.tags());
            tags.add(tag);
            Contact after = before.withTags(tags, now());
            return new Change(after, new ContactTagged(id.toString(), tag, tags, after.version()));
        });
    }

    Contact untag(Caller caller, UUID id, String tag) {
        return change(caller, id, (tx, before) -> {
            if (!before.tags().contains(tag)) {
                return new Change(before, null);
            }
            List<String> tags =
                    before.tags().stream().filter(t -> !t.equals(tag)).toList();
            Contact after = before.withTags(tags, now());
            return new Change(after, new ContactUntagged(id.toString(), tag, tags, after.version()));
        });
    }

    void delete(Caller caller, UUID id) {
        database.useTransaction(caller.tenantId(), tx -> {
            Contact contact = locked(tx, caller, id);
            contacts.delete(tx, caller.tenantId(), id);
            log.append(tx, caller.context(), new ContactDeleted(id.toString(), contact.version() + 1));
        });
    }

    private Contact change(Caller caller, UUID id, BiFunction<Handle, Contact, Change> change) {
        return database.inTransaction(caller.tenantId(), tx -> {
            Change result = change.apply(tx, locked(tx, caller, id));
            if (result.event() != null) {
                contacts.update(tx, List.of(result.contact()));
                log.append(tx, caller.context(), result.event());
            }
            return result.contact();
        });
    }

    private Contact locked(Handle tx, Caller caller, UUID id) {
        return contacts.lock(tx, caller.tenantId(), id)
                .orElseThrow(() -> ProblemException.notFound("contact", id.toString()));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static ProblemException exists() {
        return ProblemException.conflict("CONTACT_EXISTS", "There is a contact with this address already");
    }

    private record Change(Contact contact, @Nullable Event event) {}
}
