package com.alumoutreach.contacts.consent;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.links.Link;
import com.alumoutreach.backbone.links.SignedLinks;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.ContactRepository;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.work.SendMessage;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What contacts agreed to: as callers of the API say it, and as contacts say it by the links in their mails. */
@Singleton
class ConsentService {
    /** How long a double opt-in can be confirmed. */
    static final Duration CONFIRMABLE = Duration.ofDays(7);

    /** Merges one after the other, that a link follows. */
    private static final int MAX_MERGES = 20;

    private final Database database;
    private final ContactRepository contacts;
    private final ConsentRepository repository;
    private final Consents consents;
    private final Suppressions suppressions;
    private final SignedLinks links;
    private final EventLog log;
    private final Clock clock;

    ConsentService(
            Database database,
            ContactRepository contacts,
            ConsentRepository repository,
            Consents consents,
            Suppressions suppressions,
            SignedLinks links,
            @Named(ContactsModule.NAME) EventLog log,
            Clock clock) {
        this.database = database;
        this.contacts = contacts;
        this.repository = repository;
        this.consents = consents;
        this.suppressions = suppressions;
        this.links = links;
        this.log = log;
        this.clock = clock;
    }

    /** A contact's version and what it agreed to. */
    record Said(Contact contact, List<Consent> consents) {}

    /**
     * What somebody says about a contact.
     *
     * @param doubleOptIn the contact is asked by mail first
     */
    record Word(
            String channel,
            String topic,
            Consent.State state,
            @Nullable String source,
            @Nullable Map<String, Object> proof,
            boolean doubleOptIn) {}

    Said get(Caller caller, UUID id) {
        return database.inTransaction(
                caller.tenantId(),
                tx -> said(tx, contacts.find(tx, caller.tenantId(), id).orElseThrow(() -> unknown(id))));
    }

    /** @throws ProblemException CONTACT_NOT_FOUND, PRECONDITION_FAILED, DOUBLE_OPT_IN_UNAVAILABLE */
    Said put(Caller caller, UUID id, IfMatch expected, Word word) {
        return database.inTransaction(caller.tenantId(), tx -> {
            Contact contact = contacts.lock(tx, caller.tenantId(), id).orElseThrow(() -> unknown(id));
            expected.check(contact.version());
            return said(tx, word.doubleOptIn() ? ask(tx, caller, contact, word) : take(tx, caller, contact, word));
        });
    }

    private Contact take(Handle tx, Caller caller, Contact contact, Word word) {
        Consent said =
                new Consent(word.channel(), word.topic(), word.state(), source(word, "api"), word.proof(), now());
        return say(tx, caller.context(), contact, said);
    }

    /** A grant is newer than whatever former contacts said of the addresses. */
    private Contact say(Handle tx, EventContext context, Contact contact, Consent said) {
        if (said.state() == Consent.State.GRANTED) {
            suppressions.lift(tx, contact, said.channel(), said.topic());
        }
        return consents.say(tx, context, contact, said, null);
    }

    /** Sends the mail whose link confirms. Who agreed already is not asked; who is being asked is not, at the same address. */
    private Contact ask(Handle tx, Caller caller, Contact contact, Word word) {
        if (!word.channel().equals("email") || contact.email() == null || word.state() != Consent.State.GRANTED) {
            throw ProblemException.badRequest(
                    "DOUBLE_OPT_IN_UNAVAILABLE",
                    "A contact can be asked to confirm that it grants something by e-mail, at its address");
        }
        Instant now = now();
        Optional<Consent> before = repository.find(tx, contact.tenantId(), contact.id(), word.channel(), word.topic());
        if (before.isPresent() && before.get().state() == Consent.State.GRANTED) {
            return contact;
        }
        Instant expires = now.plus(CONFIRMABLE);
        Consent asked = new Consent(
                word.channel(), word.topic(), Consent.State.REQUESTED, source(word, "api"), word.proof(), now);
        String address = firstAddress(tx, contact);
        boolean asking = repository
                .asked(tx, contact.tenantId(), contact.id(), word.channel(), word.topic())
                .filter(open -> open.at(address))
                .isPresent();
        if (asking && before.orElseThrow().changedAt().plus(CONFIRMABLE).isAfter(now)) {
            return contact;
        }
        Contact after = consents.say(tx, caller.context(), contact, asked, expires);
        String message = EventIds.next().toString();
        repository.asked(tx, contact.tenantId(), contact.id(), asked, new ConsentRepository.Asked(message, address));
        log.append(tx, caller.context(), confirmation(after, asked, message, expires));
        return after;
    }

    private static String firstAddress(Handle tx, Contact contact) {
        return Suppressions.hash(
                tx, contact.tenantId(), Contact.identity(Objects.requireNonNull(contact.email()), null));
    }

    private SendMessage confirmation(Contact contact, Consent asked, String message, Instant expires) {
        String url = links.url(new Link(
                Link.Purpose.CONFIRM,
                contact.tenantId(),
                contact.id().toString(),
                asked.channel(),
                asked.topicOrNull(),
                message,
                expires));
        return new SendMessage(
                message,
                "email",
                contact.id().toString(),
                Objects.requireNonNull(contact.email()),
                "Please confirm your subscription",
                "<p>Please confirm that we may write to you:</p><p><a href=\"{{ confirm_url }}\">Confirm</a></p>"
                        + "<p>If you did not ask for this, do nothing: you will not be written to.</p>",
                "Please confirm that we may write to you: {{ confirm_url }}\n\n"
                        + "If you did not ask for this, do nothing: you will not be written to.\n",
                Map.of("confirm_url", url),
                "consent",
                contact.id().toString(),
                null);
    }

    /**
     * What a link's contact agreed to.
     *
     * @return empty when the contact is no more
     */
    Optional<Said> of(Link link) {
        return database.inTransaction(
                link.tenantId(), tx -> follow(tx, link, false).contact().map(contact -> said(tx, contact)));
    }

    /** Revokes what the link is about. For a contact that is no more, its addresses are not written to again. */
    void revoke(Link link, String source, Map<String, Object> proof) {
        Word no = new Word(link.channel(), Consent.topic(link.topic()), Consent.State.REVOKED, source, proof, false);
        database.useTransaction(link.tenantId(), tx -> hear(tx, link, List.of(no)));
    }

    /**
     * Grants what was asked for by double opt-in, to whoever got the mail: another address of the contact's has not agreed.
     *
     * @return false when there is nothing to confirm any more: the contact is gone, has another address or said no since
     */
    boolean confirm(Link link, Map<String, Object> proof) {
        String topic = Consent.topic(link.topic());
        return database.inTransaction(link.tenantId(), tx -> {
            Optional<Contact> contact = follow(tx, link, true).contact();
            Optional<Consent.State> state = contact.flatMap(
                            c -> repository.find(tx, c.tenantId(), c.id(), link.channel(), topic))
                    .map(Consent::state);
            if (state.filter(Consent.State.REQUESTED::equals).isPresent()) {
                if (!asked(tx, link, contact.orElseThrow(), topic)) {
                    return false;
                }
                Consent said = new Consent(link.channel(), topic, Consent.State.GRANTED, "double_opt_in", proof, now());
                say(tx, context(link), contact.orElseThrow(), said);
            }
            return state.isPresent() && state.get() != Consent.State.REVOKED;
        });
    }

    private boolean asked(Handle tx, Link link, Contact contact, String topic) {
        return contact.email() != null
                && repository
                        .asked(tx, contact.tenantId(), contact.id(), link.channel(), topic)
                        .filter(open -> open.by(link.messageId()) && open.at(firstAddress(tx, contact)))
                        .isPresent();
    }

    /** All that a preference page says, at once. */
    void prefer(Link link, List<Word> words, Map<String, Object> proof) {
        List<Word> said = words.stream()
                .map(word -> new Word(word.channel(), word.topic(), word.state(), "preferences", proof, false))
                .toList();
        database.useTransaction(link.tenantId(), tx -> hear(tx, link, said));
    }

    /**
     * What the recipient says by a link. Of one who is no more a no still counts: its addresses are not written to again, and
     * whoever has one of them now, as after a second import, has said it.
     */
    private void hear(Handle tx, Link link, List<Word> words) {
        Trail trail = follow(tx, link, true);
        if (trail.contact().isPresent()) {
            hear(tx, link, trail.contact().get(), words);
            return;
        }
        List<Word> refusals = words.stream()
                .filter(word -> word.state() == Consent.State.REVOKED)
                .toList();
        if (refusals.isEmpty() || trail.addresses().isEmpty()) {
            return;
        }
        // Nobody gets one of the addresses unseen, between the look for them and the commit of what keeps them back.
        contacts.lockAddresses(tx, link.tenantId(), true);
        refusals.forEach(no -> suppressions.suppress(tx, link.tenantId(), trail.addresses(), no.channel(), no.topic()));
        Map<UUID, Boolean> holders = suppressions.holders(tx, link.tenantId(), trail.addresses());
        for (Contact contact : contacts.lockAll(tx, link.tenantId(), holders.keySet())) {
            boolean byEmail = holders.getOrDefault(contact.id(), false);
            // Who only shares a number has not said what is said of e-mail.
            hear(
                    tx,
                    link,
                    contact,
                    refusals.stream()
                            .filter(no -> byEmail || !no.channel().equals("email"))
                            .toList());
        }
    }

    private void hear(Handle tx, Link link, Contact contact, List<Word> words) {
        Contact after = contact;
        for (Word word : words) {
            Consent said = new Consent(word.channel(), word.topic(), word.state(), word.source(), word.proof(), now());
            after = say(tx, context(link), after, said);
        }
    }

    /**
     * Where a link leads.
     *
     * @param contact that of the link, or that into which it was merged since; empty when it is no more
     * @param addresses hashes of those that the contacts on the way had when they went
     */
    private record Trail(Optional<Contact> contact, List<byte[]> addresses) {}

    private Trail follow(Handle tx, Link link, boolean lock) {
        List<byte[]> addresses = new ArrayList<>();
        UUID id = UUID.fromString(link.contactId());
        for (int i = 0; i < MAX_MERGES; i++) {
            Optional<Contact> contact =
                    lock ? contacts.lock(tx, link.tenantId(), id) : contacts.find(tx, link.tenantId(), id);
            if (contact.isPresent()) {
                return new Trail(contact, addresses);
            }
            Optional<Suppressions.Former> former = suppressions.former(tx, link.tenantId(), id);
            former.ifPresent(gone -> addresses.addAll(gone.addresses()));
            UUID next = former.map(Suppressions.Former::mergedInto).orElse(null);
            if (next == null) {
                break;
            }
            id = next;
        }
        return new Trail(Optional.empty(), addresses);
    }

    private Said said(Handle tx, Contact contact) {
        return new Said(contact, consents.of(tx, contact));
    }

    /** Done by the recipient, who has no login. */
    private static EventContext context(Link link) {
        return new EventContext(
                link.tenantId(),
                EventIds.next().toString(),
                null,
                new Actor(link.contactId(), ActorType.CLIENT),
                "POST /" + link.purpose().name().toLowerCase(Locale.ROOT),
                null);
    }

    private static String source(Word word, String otherwise) {
        return word.source() == null ? otherwise : word.source();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static ProblemException unknown(UUID id) {
        return ProblemException.notFound("contact", id.toString());
    }
}
