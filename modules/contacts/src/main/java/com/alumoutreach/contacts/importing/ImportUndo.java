package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contacts.consent.Suppressions;
import com.alumoutreach.contacts.consent.Suppressions.Moved;
import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.ContactRepository;
import com.alumoutreach.contacts.contact.MergedContacts;
import com.alumoutreach.contacts.importing.ImportTraces.Kept;
import com.alumoutreach.contracts.contact.ContactDeleted;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Puts back what an import did, a chunk a transaction. Contacts that it created are deleted, unless somebody changed them since or
 * they say of a consent what nobody else knows; contacts that it changed get their values back, field by field, where nobody wrote
 * another one since. Who took the place of others by a merge stays. A contact that cannot be as it was is kept, and keeps no other from it. What is put back leaves {@link ImportTraces}, so a step that is repeated finds only what is left.
 */
@Singleton
class ImportUndo {
    private static final int CHANGES = 1_000;

    private final ContactRepository contacts;
    private final ImportTraces traces;
    private final ImportConsents consents;
    private final Suppressions suppressions;
    private final MergedContacts merges;
    private final EventLog log;
    private final Clock clock;

    ImportUndo(
            ContactRepository contacts,
            ImportTraces traces,
            ImportConsents consents,
            Suppressions suppressions,
            MergedContacts merges,
            @Named(ContactsModule.NAME) EventLog log,
            Clock clock) {
        this.contacts = contacts;
        this.traces = traces;
        this.consents = consents;
        this.suppressions = suppressions;
        this.merges = merges;
        this.log = log;
        this.clock = clock;
    }

    /** @return false when nothing is left */
    boolean step(Handle tx, ContactImport of) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Optional<ImportTraces.Created> created = traces.nextCreated(tx, of);
        if (created.isPresent()) {
            delete(tx, of, created.get(), now);
            return true;
        }
        List<ImportChange> changes = traces.nextChanges(tx, of, CHANGES);
        if (!changes.isEmpty()) {
            restore(tx, of, changes, now);
            return true;
        }
        return false;
    }

    private void delete(Handle tx, ContactImport of, ImportTraces.Created created, Instant now) {
        // Against merges: whoever is gone now was gone when its survivor is looked up.
        contacts.lockAddresses(tx, of.tenantId(), false);
        List<Contact> there = contacts.lockAll(tx, of.tenantId(), created.contacts());
        Set<UUID> merged = merges.survivorsAmong(tx, of.tenantId(), created.contacts());
        Map<UUID, Long> versions = traces.versions(tx, of, created.contacts());
        Set<UUID> withConsents = consents.withOthers(tx, of, created.contacts());
        Set<UUID> deleted = new HashSet<>();
        List<UUID> stay = new ArrayList<>();
        List<Kept> kept = new ArrayList<>();
        List<EventLog.Ready> events = new ArrayList<>();
        for (Contact contact : there) {
            if (contact.version() != versions.getOrDefault(contact.id(), 1L)) {
                stay.add(contact.id());
                kept.add(new Kept(contact.id(), "CHANGED_SINCE", "It was changed after the import"));
            } else if (merged.contains(contact.id())) {
                stay.add(contact.id());
                kept.add(
                        new Kept(contact.id(), "CHANGED_SINCE", "Another contact was merged into it after the import"));
            } else if (withConsents.contains(contact.id())) {
                stay.add(contact.id());
                kept.add(new Kept(
                        contact.id(), "CONSENT_KNOWN", "It has a consent or a refusal that has to be remembered"));
            } else {
                deleted.add(contact.id());
                events.add(EventLog.ready(
                        of.context(), new ContactDeleted(contact.id().toString(), contact.version() + 1, null, null)));
            }
        }
        stay.addAll(survivors(tx, of, created.contacts(), there, kept));
        events.addAll(consents.takeBack(tx, of, stay, now));
        suppressions.rememberAll(
                tx,
                of.tenantId(),
                there.stream().filter(contact -> deleted.contains(contact.id())).toList());
        contacts.deleteAll(tx, of.tenantId(), deleted);
        log.appendReady(tx, events);
        traces.deleteCreated(tx, of, created.firstRow());
        traces.deleteChanges(tx, of, created.contacts());
        traces.undone(tx, of, deleted.size(), 0, kept.size(), kept);
    }

    /**
     * Who took the place of contacts that are gone. They keep what they took over, but for what the import granted: nobody can say
     * any more what else was theirs.
     *
     * @param ids of one step, of which {@code there} are left
     * @return the ids, locked
     */
    private List<UUID> survivors(Handle tx, ContactImport of, List<UUID> ids, List<Contact> there, List<Kept> kept) {
        Set<UUID> gone = new HashSet<>(ids);
        there.forEach(contact -> gone.remove(contact.id()));
        Set<UUID> into = new HashSet<>(merges.into(tx, of.tenantId(), gone));
        ids.forEach(into::remove);
        List<UUID> survivors = into.isEmpty()
                ? List.of()
                : contacts.lockAll(tx, of.tenantId(), into).stream()
                        .map(Contact::id)
                        .toList();
        survivors.forEach(id -> kept.add(new Kept(id, "CHANGED_SINCE", "A contact of the import was merged into it")));
        return survivors;
    }

    private void restore(Handle tx, ContactImport of, List<ImportChange> changes, Instant now) {
        contacts.lockAddresses(tx, of.tenantId(), true);
        List<UUID> ids = changes.stream().map(ImportChange::contactId).toList();
        Map<UUID, Contact> current = new HashMap<>();
        List<Contact> there = contacts.lockAll(tx, of.tenantId(), ids);
        there.forEach(contact -> current.put(contact.id(), contact));
        List<Contact> restored = new ArrayList<>();
        List<Contact> addresses = new ArrayList<>();
        List<Moved> moved = new ArrayList<>();
        List<Kept> kept = new ArrayList<>();
        List<UUID> granted = new ArrayList<>(ids);
        granted.addAll(survivors(tx, of, ids, there, kept));
        List<EventLog.Ready> events = new ArrayList<>(consents.takeBack(tx, of, granted, now));
        int untouched = kept.size();
        Set<String> identities = new HashSet<>();
        for (ImportChange change : changes) {
            Contact before = current.get(change.contactId());
            if (before == null) {
                continue;
            }
            ImportChange.Undone undone;
            try {
                undone = change.undo(before, now);
                checkIdentity(tx, before, undone.contact(), identities);
            } catch (ProblemException e) {
                // What somebody did since does not go together with what was before; the others go on.
                untouched++;
                kept.add(new Kept(before.id(), e.code(), String.valueOf(e.getMessage())));
                continue;
            }
            if (undone.contact() != before) {
                restored.add(undone.contact());
                undone.contact().changesSince(before).forEach(event -> events.add(EventLog.ready(of.context(), event)));
                if (!undone.contact().emails().equals(before.emails())) {
                    addresses.add(undone.contact());
                }
                moved.add(Moved.changed(before, undone.contact()));
            }
            if (!undone.later().isEmpty()) {
                untouched += undone.contact() == before ? 1 : 0;
                kept.add(new Kept(
                        before.id(),
                        "CHANGED_SINCE",
                        "Changed after the import: " + String.join(", ", undone.later())));
            }
        }
        if (!restored.isEmpty()) {
            contacts.update(tx, restored);
            contacts.replaceFurtherAddresses(tx, of.tenantId(), addresses);
        }
        log.appendReady(tx, events);
        // An address that comes back may have been given up by another contact since, with a refusal.
        suppressions.apply(
                tx,
                of.context(),
                moved.stream().filter(one -> !one.addresses().isEmpty()).toList(),
                now);
        traces.deleteChanges(tx, of, ids);
        traces.undone(tx, of, 0, restored.size(), untouched, kept);
    }

    /**
     * A contact that lost its first address is known by its number.
     *
     * @param identities of this step, which are not written yet
     * @throws ProblemException PHONE_TAKEN when the former number is another contact's now
     */
    private void checkIdentity(Handle tx, Contact before, Contact after, Set<String> identities) {
        String identity = after.identity();
        if (!identity.equals(before.identity())
                && (!contacts.owners(tx, after.tenantId(), List.of(identity)).isEmpty() || !identities.add(identity))) {
            throw ProblemException.badRequest("PHONE_TAKEN", "Another contact has the former number now");
        }
    }
}
