package com.alumoutreach.backbone.deadletter;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.operations.DeadLetterDiscarded;
import com.alumoutreach.contracts.operations.DeadLetterRedelivered;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;

/** What operators do with dead letters. Each redelivery and each discard is an event that says who did it. */
@Singleton
class DeadLetterService {
    /** One request handles at most this many; the answer says whether there are more. */
    static final int MAX_AT_ONCE = 1_000;

    private final DeadLetters letters;
    private final Database database;
    private final List<EventLog> logs;

    DeadLetterService(DeadLetters letters, Database database, List<EventLog> logs) {
        this.letters = letters;
        this.database = database;
        this.logs = logs;
    }

    List<DeadLetter> list(DeadLetterFilter filter, long after, int limit) {
        return letters.list(filter, after, limit).stream()
                .map(DeadLetter::summary)
                .toList();
    }

    DeadLetter find(Caller caller, long position) {
        return letters.find(position)
                .filter(letter -> caller.ofPlatform() || caller.tenantId().equals(letter.tenantId()))
                .orElseThrow(() -> ProblemException.notFound("dead letter", Long.toString(position)));
    }

    List<DeadLetter> redeliver(Caller caller, DeadLetterFilter filter, boolean dryRun) {
        List<DeadLetter> chosen = list(filter, 0, MAX_AT_ONCE);
        if (!dryRun) {
            for (DeadLetter letter : chosen) {
                record(caller, letter, redelivered(letter));
                letters.redeliver(letter);
            }
        }
        return chosen;
    }

    List<DeadLetter> discard(Caller caller, DeadLetterFilter filter, boolean dryRun) {
        List<DeadLetter> chosen = list(filter, 0, MAX_AT_ONCE);
        if (!dryRun) {
            for (DeadLetter letter : chosen) {
                record(caller, letter, discarded(letter));
                letters.discard(letter);
            }
        }
        return chosen;
    }

    /** Written first: an entry without an action is a question, an action without an entry is a hole in the audit. */
    private void record(Caller caller, DeadLetter letter, Event event) {
        String tenant = Objects.requireNonNullElse(letter.tenantId(), Caller.PLATFORM_TENANT);
        EventContext by = caller.context().ofTenant(tenant);
        database.useTransaction(tenant, tx -> logs.getFirst().append(tx, by, event));
    }

    private static Event redelivered(DeadLetter letter) {
        return new DeadLetterRedelivered(letter.durable(), letter.position(), letter.subject(), letter.eventId(), null);
    }

    private static Event discarded(DeadLetter letter) {
        return new DeadLetterDiscarded(letter.durable(), letter.position(), letter.subject(), letter.eventId(), null);
    }
}
