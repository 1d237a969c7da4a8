package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.ContactsConfig;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.ContactFields;
import com.alumoutreach.contacts.contact.ContactRepository;
import com.alumoutreach.contacts.importing.ImportRepository.RowOutcome;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Turns rows into contacts, many to a statement; a row that is wrong is rejected and stops nothing. */
@Singleton
class RowImporter {
    private final ContactRepository contacts;
    private final EventLog log;
    private final Clock clock;
    private final ContactsConfig config;

    RowImporter(
            ContactRepository contacts, @Named(ContactsModule.NAME) EventLog log, Clock clock, ContactsConfig config) {
        this.config = config;
        this.contacts = contacts;
        this.log = log;
        this.clock = clock;
    }

    private record Valid(long row, ContactFields fields) {
        String identity() {
            return Contact.identity(fields.email(), fields.phone());
        }
    }

    /** @return the outcome of each row */
    List<RowOutcome> importRows(Handle tx, ContactImport into, List<String> fields, List<CsvRows.Row> rows) {
        List<RowOutcome> outcomes = new ArrayList<>(rows.size());
        List<Valid> pending = new ArrayList<>(rows.size());
        for (CsvRows.Row row : rows) {
            check(into, fields, row, pending, outcomes);
        }
        // Rows of one person go one after the other: the first of each, then the second of each, …
        while (!pending.isEmpty()) {
            Map<String, Valid> wave = new LinkedHashMap<>();
            List<Valid> later = new ArrayList<>();
            for (Valid valid : pending) {
                if (wave.putIfAbsent(valid.identity(), valid) != null) {
                    later.add(valid);
                }
            }
            importWave(tx, into, wave, outcomes);
            pending = later;
        }
        return outcomes;
    }

    private void check(
            ContactImport into, List<String> fields, CsvRows.Row row, List<Valid> valid, List<RowOutcome> outcomes) {
        try {
            if (row.values().size() != fields.size()) {
                throw ProblemException.badRequest(
                        "WRONG_COLUMN_COUNT",
                        "The row has " + row.values().size() + " columns, the header " + fields.size());
            }
            if (row.values().stream().anyMatch(value -> value.indexOf('\uFFFD') >= 0)) {
                throw ProblemException.badRequest("INVALID_ENCODING", "The row is not UTF-8");
            }
            ContactFields read = ContactFields.of(
                    ColumnMapping.read(fields, row.values(), into.source(), into.tag()), config.defaultRegion());
            if (read.email() == null && read.phone() == null) {
                throw ProblemException.badRequest("NO_ADDRESS", "A contact needs an email or a phone");
            }
            valid.add(new Valid(row.number(), read));
        } catch (ProblemException e) {
            outcomes.add(rejected(row.number(), e));
        }
    }

    private static RowOutcome rejected(long row, ProblemException e) {
        return new RowOutcome(row, "rejected", null, e.code(), e.getMessage());
    }

    private void importWave(Handle tx, ContactImport into, Map<String, Valid> wave, List<RowOutcome> outcomes) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Map<String, Contact> existing = new LinkedHashMap<>();
        contacts.lockByIdentity(tx, into.tenantId(), wave.keySet()).forEach(c -> existing.put(c.identity(), c));
        List<Contact> created = new ArrayList<>();
        List<Contact> updated = new ArrayList<>();
        List<EventLog.Entry> events = new ArrayList<>();
        wave.forEach((identity, row) -> {
            Contact before = existing.get(identity);
            try {
                Contact after = before == null
                        ? Contact.of(into.tenantId(), row.fields(), now)
                        : before.merged(row.fields(), now);
                outcomes.add(new RowOutcome(row.row(), outcome(before, after), after.id(), null, null));
                if (before == null) {
                    created.add(after);
                    events.add(new EventLog.Entry(into.context(), after.created(into.id())));
                } else if (after != before) {
                    updated.add(after);
                    after.changesSince(before).forEach(event -> events.add(new EventLog.Entry(into.context(), event)));
                }
            } catch (ProblemException e) {
                outcomes.add(rejected(row.row(), e));
            }
        });
        if (!created.isEmpty() && contacts.insert(tx, into.tenantId(), created) != created.size()) {
            // Somebody created one of them since we looked: roll back, and the next try finds it.
            throw new IllegalStateException("A contact of this chunk was created by another request");
        }
        if (!updated.isEmpty()) {
            contacts.update(tx, updated);
        }
        log.appendAll(tx, events);
    }

    private static String outcome(@Nullable Contact before, Contact after) {
        if (before == null) {
            return "created";
        }
        return after.equals(before) ? "unchanged" : "updated";
    }
}
