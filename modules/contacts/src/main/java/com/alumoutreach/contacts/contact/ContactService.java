package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contracts.contact.ContactDeleted;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
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
    Contact create(Handle tx, Caller caller, ContactFields fields) {
        Contact contact = Contact.of(caller.tenantId(), fields, now());
        if (contacts.insert(tx, caller.tenantId(), List.of(contact)) == 0) {
            throw exists();
        }
        log.append(tx, caller.context(), contact.created(null));
        return contact;
    }

    Contact get(Caller caller, UUID id) {
        return database.inTransaction(caller.tenantId(), tx -> contacts.find(tx, caller.tenantId(), id))
                .orElseThrow(() -> ProblemException.notFound("contact", id.toString()));
    }

    List<Contact> list(Caller caller, UUID after, int limit, @Nullable String email) {
        return database.inTransaction(
                caller.tenantId(),
                tx -> contacts.list(
                        tx, caller.tenantId(), after, limit, email == null ? null : Contact.identity(email, null)));
    }

    /** Changes what is mentioned. Says what changed, and nothing when nothing did. */
    Contact patch(Caller caller, UUID id, IfMatch expected, ContactFields fields) {
        return change(caller, id, expected, before -> before.patched(fields, now()));
    }

    Contact replace(Caller caller, UUID id, IfMatch expected, ContactFields fields) {
        return change(caller, id, expected, before -> before.replaced(fields, now()));
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
            contacts.delete(tx, caller.tenantId(), id);
            log.append(tx, caller.context(), new ContactDeleted(id.toString(), contact.version() + 1, null, null));
        });
    }

    private Contact change(Caller caller, UUID id, IfMatch expected, UnaryOperator<Contact> change) {
        try {
            return database.inTransaction(caller.tenantId(), tx -> {
                Contact before = locked(tx, caller, id, expected);
                Contact after = change.apply(before);
                if (after != before) {
                    contacts.update(tx, List.of(after));
                    log.appendAll(
                            tx,
                            after.changesSince(before).stream()
                                    .map(event -> new EventLog.Entry(caller.context(), event))
                                    .toList());
                }
                return after;
            });
        } catch (UnableToExecuteStatementException e) {
            if (e.getCause() instanceof SQLException sql && UNIQUE_VIOLATION.equals(sql.getSQLState())) {
                throw exists();
            }
            throw e;
        }
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
