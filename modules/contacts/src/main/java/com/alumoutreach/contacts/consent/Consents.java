package com.alumoutreach.contacts.consent;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.ContactRepository;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.contact.ContactConsentGranted;
import com.alumoutreach.contracts.contact.ContactConsentRequested;
import com.alumoutreach.contracts.contact.ContactConsentRevoked;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Changes what a contact agreed to, and says so; what is no change says nothing. */
@Singleton
public class Consents {
    private final ConsentRepository consents;
    private final ContactRepository contacts;
    private final EventLog log;

    Consents(ConsentRepository consents, ContactRepository contacts, @Named(ContactsModule.NAME) EventLog log) {
        this.consents = consents;
        this.contacts = contacts;
        this.log = log;
    }

    /**
     * Takes the contact's word. A request is always news: it is made when there is none, or none that can be confirmed.
     *
     * @param contact locked by this transaction
     * @param expiresAt of a request
     * @return the contact, of a new version when something changed
     */
    Contact say(Handle tx, EventContext context, Contact contact, Consent said, @Nullable Instant expiresAt) {
        Optional<Consent> before = consents.find(tx, contact.tenantId(), contact.id(), said.channel(), said.topic());
        boolean again = said.state() == Consent.State.REQUESTED;
        if (!again && before.isPresent() && before.get().state() == said.state()) {
            return contact;
        }
        Contact after = contact.nextVersion(said.changedAt());
        consents.put(tx, contact.tenantId(), contact.id(), said);
        contacts.update(tx, List.of(after));
        log.append(tx, context, event(after, said, expiresAt));
        return after;
    }

    /**
     * The consents of two contacts that become one: of each channel and topic the stricter word.
     *
     * @param into locked, as {@code from} is
     */
    public Contact merge(Handle tx, EventContext context, Contact into, UUID from, Instant now) {
        Contact merged = into;
        for (Consent other : consents.of(tx, into.tenantId(), from)) {
            Optional<Consent> own = consents.find(tx, into.tenantId(), into.id(), other.channel(), other.topic());
            boolean counts = other.word() != Consent.State.REQUESTED;
            if (counts && (own.isEmpty() || own.get().word().compareTo(other.word()) < 0)) {
                merged = say(
                        tx,
                        context,
                        merged,
                        new Consent(other.channel(), other.topic(), other.word(), "merge", other.proof(), now),
                        null);
            }
        }
        return merged;
    }

    public List<Consent> of(Handle tx, Contact contact) {
        return consents.of(tx, contact.tenantId(), contact.id());
    }

    private static Event event(Contact contact, Consent said, @Nullable Instant expiresAt) {
        String id = contact.id().toString();
        return switch (said.state()) {
            case GRANTED ->
                new ContactConsentGranted(
                        id,
                        said.channel(),
                        said.source(),
                        said.changedAt(),
                        contact.version(),
                        said.topicOrNull(),
                        said.proof());
            case REVOKED ->
                new ContactConsentRevoked(
                        id,
                        said.channel(),
                        said.source(),
                        null,
                        said.changedAt(),
                        contact.version(),
                        said.topicOrNull(),
                        said.proof(),
                        null);
            case REQUESTED ->
                new ContactConsentRequested(
                        id,
                        said.channel(),
                        said.topicOrNull(),
                        said.source(),
                        said.changedAt(),
                        expiresAt,
                        contact.version());
        };
    }
}
