package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contacts.consent.Suppressions;
import com.alumoutreach.contacts.consent.Suppressions.Moved;
import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.ContactRepository;
import com.alumoutreach.contacts.importing.ImportConsents.Wish;
import com.alumoutreach.contacts.importing.ImportRow.Failure;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Turns rows into contacts, many to a statement; a row that is wrong fails by itself and stops nothing. */
@Singleton
class RowImporter {
    private final ContactRepository contacts;
    private final StoredPeople stored;
    private final RehearsedPeople rehearsed;
    private final ImportConsents consents;
    private final ImportTraces traces;
    private final ImportRepository imports;
    private final Suppressions suppressions;
    private final EventLog log;
    private final Clock clock;

    RowImporter(
            ContactRepository contacts,
            StoredPeople stored,
            RehearsedPeople rehearsed,
            ImportConsents consents,
            ImportTraces traces,
            ImportRepository imports,
            @Named(ContactsModule.NAME) EventLog log,
            Suppressions suppressions,
            Clock clock) {
        this.contacts = contacts;
        this.stored = stored;
        this.rehearsed = rehearsed;
        this.consents = consents;
        this.traces = traces;
        this.imports = imports;
        this.log = log;
        this.suppressions = suppressions;
        this.clock = clock;
    }

    /** What became of each row of a chunk. */
    private enum Outcome {
        CREATED,
        UPDATED,
        UNCHANGED,
        SKIPPED
    }

    /**
     * A row that may say something of consent.
     *
     * @param yesToo else only a no counts
     */
    private record Heard(ImportRow row, Contact contact, boolean yesToo) {}

    /** @return how many rows became what */
    ContactImport.Counts importChunk(Handle tx, ContactImport into, ChunkReader.Chunk chunk) {
        Work work = new Work(tx, into, new ArrayList<>(chunk.failures()));
        List<ImportRow> pending = chunk.rows();
        if (!pending.isEmpty()) {
            work.begin(pending);
        }
        // Rows of one person go one after the other: the first of each, then the second of each, …
        while (!pending.isEmpty()) {
            pending = work.wave(pending);
        }
        return work.end(chunk.before() + 1);
    }

    /** One chunk in its transaction. */
    private final class Work {
        private final Handle tx;
        private final ContactImport into;
        private final String tenant;
        private final People people;
        private final List<Failure> failures;
        private final Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        private final List<EventLog.Ready> events = new ArrayList<>();
        private final List<UUID> created = new ArrayList<>();
        private final int[] counts = new int[Outcome.values().length];
        private boolean furtherAddresses;

        /** Contacts that got an address of a former one who said no, and what addresses they got. */
        private final Map<UUID, Set<String>> suppressed = new LinkedHashMap<>();

        Work(Handle tx, ContactImport into, List<Failure> failures) {
            this.tx = tx;
            this.into = into;
            this.tenant = into.tenantId();
            this.people = into.dryRun() ? rehearsed : stored;
            this.failures = failures;
        }

        void begin(List<ImportRow> rows) {
            boolean adds = rows.stream().anyMatch(row -> !row.fresh().emails().isEmpty());
            if (!into.dryRun()) {
                contacts.lockAddresses(tx, tenant, adds);
            }
            furtherAddresses = adds || contacts.hasFurtherAddresses(tx, tenant);
        }

        /** @return rows for a later wave */
        List<ImportRow> wave(List<ImportRow> pending) {
            List<ImportRow> wave = new ArrayList<>(pending.size());
            List<ImportRow> later = new ArrayList<>();
            Set<String> claimed = HashSet.newHashSet(pending.size());
            for (ImportRow row : pending) {
                (claim(row, claimed) ? wave : later).add(row);
            }
            Map<String, Contact> known = furtherAddresses ? findCarefully(wave) : new HashMap<>();
            Set<UUID> fresh = create(wave, known);
            findRest(wave, known, fresh);
            later.addAll(write(wave, known, fresh));
            return later;
        }

        private boolean claim(ImportRow row, Set<String> claimed) {
            Set<String> addresses = addresses(row);
            if (addresses.stream().anyMatch(claimed::contains)) {
                // What comes after it waits for it.
                claimed.addAll(addresses);
                return false;
            }
            claimed.addAll(addresses);
            return true;
        }

        private static Set<String> addresses(ImportRow row) {
            if (row.fresh().emails().isEmpty()) {
                return Set.of(row.identity());
            }
            Set<String> all = new HashSet<>(further(row));
            all.add(row.identity());
            return all;
        }

        private static List<String> further(ImportRow row) {
            return row.fresh().emails().stream()
                    .map(email -> Contact.identity(email, null))
                    .toList();
        }

        /** Rows with further addresses, or whose address is somebody's further one. Takes out rows that fail. */
        private Map<String, Contact> findCarefully(List<ImportRow> wave) {
            Map<String, Contact> known = new HashMap<>(contacts.lockByFurtherAddress(tx, tenant, identities(wave)));
            List<ImportRow> adding =
                    wave.stream().filter(row -> !row.fresh().emails().isEmpty()).toList();
            if (adding.isEmpty()) {
                return known;
            }
            people.existing(tx, into, identities(adding)).forEach(contact -> known.put(contact.identity(), contact));
            Map<String, UUID> owners = contacts.owners(
                    tx,
                    tenant,
                    adding.stream().flatMap(row -> further(row).stream()).toList());
            wave.removeIf(row -> isTaken(row, known.get(row.identity()), owners));
            return known;
        }

        private boolean isTaken(ImportRow row, @Nullable Contact of, Map<String, UUID> owners) {
            for (String address : further(row)) {
                UUID owner = owners.get(address);
                if (owner != null && (of == null || !owner.equals(of.id()))) {
                    ProblemException taken = ProblemException.badRequest(
                            "EMAIL_TAKEN", "A further address of the row is another contact's");
                    failures.add(ChunkReader.failure(row.number(), taken, row.cells()));
                    return true;
                }
            }
            return false;
        }

        /** @return the ids of those that were not there */
        private Set<UUID> create(List<ImportRow> wave, Map<String, Contact> known) {
            if (!into.mode().creates()) {
                return Set.of();
            }
            List<Contact> unknown = wave.stream()
                    .filter(row -> !known.containsKey(row.identity()))
                    .map(ImportRow::fresh)
                    .toList();
            Set<UUID> fresh = unknown.isEmpty() ? Set.of() : people.create(tx, into, unknown);
            lookUp(unknown.stream()
                    .filter(contact -> fresh.contains(contact.id()))
                    .map(Moved::created)
                    .toList());
            return fresh;
        }

        /** Before wishes are heard: a yes of the file is no word against a no from before it. */
        private void lookUp(List<Moved> moved) {
            if (into.dryRun()) {
                return;
            }
            Set<UUID> found = suppressions.suppressed(tx, tenant, moved);
            moved.stream()
                    .filter(one -> found.contains(one.contact().id()))
                    .forEach(one -> suppressed
                            .computeIfAbsent(one.contact().id(), id -> new HashSet<>())
                            .addAll(one.addresses()));
        }

        private void findRest(List<ImportRow> wave, Map<String, Contact> known, Set<UUID> fresh) {
            List<ImportRow> rest = wave.stream()
                    .filter(row -> !fresh.contains(row.fresh().id()) && !known.containsKey(row.identity()))
                    .toList();
            if (!rest.isEmpty()) {
                people.existing(tx, into, identities(rest)).forEach(contact -> known.put(contact.identity(), contact));
            }
        }

        private List<ImportRow> write(List<ImportRow> wave, Map<String, Contact> known, Set<UUID> fresh) {
            List<ImportRow> later = new ArrayList<>();
            List<Contact> updated = new ArrayList<>();
            Map<UUID, ImportChange> changes = new LinkedHashMap<>();
            List<Moved> moved = new ArrayList<>();
            List<Heard> heard = new ArrayList<>();
            Map<UUID, Outcome> outcomes = new HashMap<>();
            Set<UUID> touched = new HashSet<>();
            for (ImportRow row : wave) {
                if (fresh.contains(row.fresh().id())) {
                    created(row);
                    heard.add(new Heard(row, row.fresh(), true));
                    continue;
                }
                Contact before = known.get(row.identity());
                if (before == null) {
                    absent(row);
                } else if (!touched.add(before.id())) {
                    later.add(row);
                } else if (!into.mode().updates()) {
                    present(row, before, heard, outcomes);
                } else {
                    update(row, before, updated, moved, changes, heard, outcomes);
                }
            }
            lookUp(moved);
            List<Wish> wishes = wishes(heard);
            if (!updated.isEmpty()) {
                people.update(tx, into, updated);
            }
            Map<UUID, Contact> touchedToo = new HashMap<>();
            known.values().forEach(contact -> touchedToo.put(contact.id(), contact));
            wave.forEach(row -> touchedToo.putIfAbsent(row.fresh().id(), row.fresh()));
            consents.apply(tx, into, wishes, now, events).forEach((contact, version) -> {
                outcomes.computeIfPresent(contact, (id, outcome) -> Outcome.UPDATED);
                ImportChange change = changes.get(contact);
                if (change == null) {
                    Contact unchanged = Objects.requireNonNull(touchedToo.get(contact));
                    change = ImportChange.of(unchanged, unchanged);
                }
                changes.put(contact, change.ofVersion(version));
            });
            outcomes.values().forEach(outcome -> counts[outcome.ordinal()]++);
            if (!into.dryRun()) {
                traces.insertChanges(tx, into, List.copyOf(changes.values()));
            }
            return later;
        }

        private void created(ImportRow row) {
            counts[Outcome.CREATED.ordinal()]++;
            created.add(row.fresh().id());
            if (row.created() != null) {
                events.add(row.created());
            }
        }

        private void absent(ImportRow row) {
            if (into.mode().creates()) {
                // Deleted since it was in the way: roll back, and the next try creates it.
                throw new IllegalStateException("A contact of this chunk was deleted by another request");
            }
            counts[Outcome.SKIPPED.ordinal()]++;
        }

        /** A no counts also in a row that is skipped. */
        private void present(ImportRow row, Contact contact, List<Heard> heard, Map<UUID, Outcome> outcomes) {
            outcomes.put(contact.id(), Outcome.SKIPPED);
            heard.add(new Heard(row, contact, false));
            if (into.mode() == ImportMode.CREATE) {
                failures.add(new Failure(
                        row.number(),
                        "CONTACT_EXISTS",
                        "Skipped: there is a contact with this address already",
                        row.cells()));
            }
        }

        private void update(
                ImportRow row,
                Contact before,
                List<Contact> updated,
                List<Moved> moved,
                Map<UUID, ImportChange> changes,
                List<Heard> heard,
                Map<UUID, Outcome> outcomes) {
            try {
                Contact after = before.merged(row.fields(), now);
                checkIdentity(before, after, updated);
                outcomes.put(before.id(), after == before ? Outcome.UNCHANGED : Outcome.UPDATED);
                heard.add(new Heard(row, after, true));
                if (after != before) {
                    updated.add(after);
                    Moved change = Moved.changed(before, after);
                    if (!change.addresses().isEmpty()) {
                        moved.add(change);
                    }
                    changes.put(after.id(), ImportChange.of(before, after));
                    after.changesSince(before).forEach(event -> events.add(EventLog.ready(into.context(), event)));
                }
            } catch (ProblemException e) {
                failures.add(ChunkReader.failure(row.number(), e, row.cells()));
            }
        }

        /**
         * A contact without a first address is known by its number, and changes that with it.
         *
         * @throws ProblemException PHONE_TAKEN
         */
        private void checkIdentity(Contact before, Contact after, List<Contact> updated) {
            String identity = after.identity();
            if (!identity.equals(before.identity())
                    && (updated.stream().anyMatch(other -> other.identity().equals(identity))
                            || !people.existing(tx, into, List.of(identity)).isEmpty())) {
                throw ProblemException.badRequest("PHONE_TAKEN", "The number of the row is another contact's");
            }
        }

        private List<Wish> wishes(List<Heard> heard) {
            List<Wish> wishes = new ArrayList<>();
            for (Heard row : heard) {
                UUID contact = row.contact().id();
                boolean yesToo = row.yesToo() && !suppressed.containsKey(contact);
                row.row().consents().forEach((name, yes) -> {
                    if (!yes || yesToo) {
                        wishes.add(new Wish(contact, row.row().number(), name, yes));
                    }
                });
            }
            return wishes;
        }

        private static Collection<String> identities(List<ImportRow> rows) {
            return rows.stream().map(ImportRow::identity).toList();
        }

        /** As they are now: later rows of the file may have changed them. */
        private List<Moved> stored(Map<UUID, Set<String>> moved) {
            return moved.isEmpty()
                    ? List.of()
                    : contacts.lockAll(tx, tenant, moved.keySet()).stream()
                            .map(contact -> new Moved(contact, moved.getOrDefault(contact.id(), Set.of())))
                            .toList();
        }

        ContactImport.Counts end(long firstRow) {
            if (!into.dryRun()) {
                traces.insertCreated(tx, into, firstRow, created);
                log.appendReady(tx, events);
                // Who has a suppressed address now said no before this file.
                suppressions.apply(tx, into.context(), stored(suppressed), now);
            }
            imports.insertFailures(tx, into, failures);
            int skippedWithWord = (int) failures.stream()
                    .filter(f -> f.code().equals("CONTACT_EXISTS"))
                    .count();
            int unchanged = counts[Outcome.UNCHANGED.ordinal()];
            return new ContactImport.Counts(
                    counts[Outcome.CREATED.ordinal()],
                    counts[Outcome.UPDATED.ordinal()],
                    unchanged,
                    counts[Outcome.SKIPPED.ordinal()] + unchanged,
                    failures.size() - skippedWithWord);
        }
    }
}
