package com.alumoutreach.analytics.outreach;

import com.alumoutreach.analytics.outreach.OutreachEvents.Outcome;
import com.alumoutreach.analytics.outreach.OutreachEvents.Prepared;
import com.alumoutreach.analytics.outreach.OutreachEvents.Taken;
import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Problem;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.InvalidEventException;
import io.micronaut.serde.annotation.Serdeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Many events, a line each, as they come over the network: a transaction for each chunk, so that neither side has to hold them all. When
 * it breaks off, whole chunks are kept, and the same file again adds the rest. When it is too large, or not packed as it should be, all
 * lines before that are kept.
 */
final class OutreachUpload {
    /** With both, a chunk takes some 0.1 s, and a few megabytes. */
    private static final int CHUNK_LINES = 2_000;

    private static final int CHUNK_BYTES = 4 * 1024 * 1024;
    private static final int MAX_ERRORS = 1_000;

    private final Database database;
    private final OutreachEvents events;
    private final Caller caller;
    private final @Nullable String key;

    private List<Told> chunk = new ArrayList<>();
    private int chunkBytes;
    private @Nullable Future<?> storing;
    private long accepted;
    private long duplicates;
    private long failed;
    private final List<LineError> errors = new ArrayList<>();

    /** @param key of the request, for lines without an id; null when it has none */
    OutreachUpload(Database database, OutreachEvents events, Caller caller, @Nullable String key) {
        this.database = database;
        this.events = events;
        this.caller = caller;
        this.key = key;
    }

    private record Told(long line, Prepared event) {}

    /**
     * What became of the lines.
     *
     * @param accepted are new
     * @param duplicates were there, with the same content
     * @param errors the first 1,000 of those that failed
     */
    @Serdeable
    record Report(long accepted, long duplicates, long failed, List<LineError> errors) {}

    /** @param line from 1, as in the body */
    @Serdeable
    record LineError(long line, String code, String detail) {}

    /**
     * Reads a chunk while the one before is stored.
     *
     * @throws ProblemException BODY_TOO_LARGE, INVALID_CONTENT_ENCODING; it says what became of the lines before
     */
    Report read(InputStream body) throws IOException {
        ProblemException unreadable;
        try (ExecutorService store =
                Executors.newSingleThreadExecutor(Thread.ofVirtual().factory())) {
            unreadable = readLines(new Lines(body), store);
            give(store);
            stored();
        }
        if (unreadable != null) {
            throw withReport(unreadable);
        }
        return new Report(accepted, duplicates, failed, firstErrors());
    }

    /** Null at the end; else why there is no next line to be had. */
    private @Nullable ProblemException readLines(Lines lines, ExecutorService store) throws IOException {
        while (true) {
            Lines.Line line;
            try {
                line = lines.next();
            } catch (ProblemException e) {
                return e;
            }
            if (line == null) {
                return null;
            }
            add(line);
            if (chunk.size() == CHUNK_LINES || chunkBytes >= CHUNK_BYTES) {
                give(store);
            }
        }
    }

    private ProblemException withReport(ProblemException unreadable) {
        String detail = unreadable.getMessage() + ". Of the lines before that, " + accepted + " were accepted, "
                + duplicates + " were known and " + failed + " failed";
        return new ProblemException(unreadable.status(), unreadable.code(), detail)
                .errors(firstErrors().stream()
                        .map(error ->
                                new Problem.FieldError("line " + error.line(), error.code() + ": " + error.detail()))
                        .toList());
    }

    private List<LineError> firstErrors() {
        return errors.stream()
                .sorted(Comparator.comparingLong(LineError::line))
                .limit(MAX_ERRORS)
                .toList();
    }

    private void add(Lines.Line line) {
        try {
            Instant now = events.now();
            ToldEvent event = ToldEvent.of(line.json(), caller.tenantId(), now);
            chunk.add(new Told(line.number(), events.prepare(caller, event, ownId(line.number()), now)));
            chunkBytes += line.json().length;
        } catch (ProblemException e) {
            fail(line.number(), e.code(), String.valueOf(e.getMessage()));
        } catch (InvalidEventException e) {
            fail(line.number(), e.code(), String.valueOf(e.getMessage()));
        }
    }

    /** The same line of the same request is the same event. */
    private @Nullable UUID ownId(long line) {
        return key == null ? null : EventIds.derived("outreach " + caller.tenantId() + " " + key + " " + line);
    }

    private void give(ExecutorService store) {
        stored();
        List<Told> full = chunk;
        storing = store.submit(() -> store(full));
        chunk = new ArrayList<>();
        chunkBytes = 0;
    }

    /** Waits for the chunk before, and fails as it did. */
    private void stored() {
        Future<?> before = storing;
        if (before == null) {
            return;
        }
        try {
            before.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while events are stored", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        }
    }

    private void store(List<Told> full) {
        List<Taken> taken = full.isEmpty()
                ? List.of()
                : database.inTransaction(
                        caller.tenantId(),
                        tx -> events.take(
                                tx, caller, full.stream().map(Told::event).toList()));
        // Dying here means that the lines are told again, and are duplicates then.
        for (int i = 0; i < taken.size(); i++) {
            count(full.get(i).line(), taken.get(i).outcome());
        }
    }

    private void count(long line, Outcome outcome) {
        switch (outcome) {
            case ACCEPTED -> accepted++;
            case DUPLICATE -> duplicates++;
            case CONFLICT -> {
                ProblemException conflict = conflict();
                fail(line, conflict.code(), String.valueOf(conflict.getMessage()));
            }
        }
    }

    static ProblemException conflict() {
        return ProblemException.conflict("EVENT_ID_CONFLICT", "This id is that of another event");
    }

    /** From both threads. */
    private synchronized void fail(long line, String code, String detail) {
        failed++;
        if (errors.size() < MAX_ERRORS + CHUNK_LINES) {
            errors.add(new LineError(line, code, detail));
        }
    }
}
