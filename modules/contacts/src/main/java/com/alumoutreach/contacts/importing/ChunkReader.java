package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.contact.AttributeTypes;
import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.ContactFields;
import com.alumoutreach.contacts.importing.ImportRow.Failure;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file chunk by chunk: rows are parsed, checked, and written as the contacts and events that they would be. The next
 * chunk is read while Postgres is busy with the one before.
 */
final class ChunkReader implements AutoCloseable {
    /** Large enough that the commit does not count, small enough not to hold the relay's horizon back: some 50 ms. */
    static final int ROWS = 2_000;

    /** A chunk of large rows is shorter. */
    private static final int CHARACTERS = 2_000_000;

    private final UploadedFile bytes;
    private final FileRows rows;
    private final ContactImport of;
    private final EventContext context;
    private final String region;
    private final AttributeTypes types;
    private final Clock clock;
    private final Executor ahead;
    private @Nullable CompletableFuture<Chunk> next;

    /**
     * @param before the row before the first
     * @param last the last row, {@code before} at the end of the file
     * @param bytesRead of the file, so far
     */
    record Chunk(long before, long last, long bytesRead, List<ImportRow> rows, List<Failure> failures) {
        boolean atEnd() {
            return before == last;
        }
    }

    /** @throws UnreadableFileException what is wrong with the whole file */
    ChunkReader(
            UploadedFile bytes,
            FileRows rows,
            ContactImport of,
            String region,
            AttributeTypes types,
            Clock clock,
            Executor ahead) {
        this.bytes = bytes;
        this.rows = rows;
        this.of = of;
        this.context = of.context();
        this.region = region;
        this.types = types;
        this.clock = clock;
        this.ahead = ahead;
    }

    List<String> header() {
        return rows.header();
    }

    /** The next chunk; reading the one after it has begun when this returns. */
    Chunk next() {
        Chunk chunk = next == null ? read() : awaited(next);
        next = chunk.atEnd() ? null : CompletableFuture.supplyAsync(this::read, ahead);
        return chunk;
    }

    private static Chunk awaited(CompletableFuture<Chunk> next) {
        try {
            return next.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private Chunk read() {
        long before = rows.position();
        List<ImportRow> valid = new ArrayList<>(ROWS);
        List<Failure> failures = new ArrayList<>();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        int characters = 0;
        for (int count = 0; count < ROWS && characters < CHARACTERS; count++) {
            FileRows.Row row = row(before, count);
            if (row == null) {
                break;
            }
            characters += row.characters();
            try {
                valid.add(checked(row, now));
            } catch (ProblemException e) {
                failures.add(failure(row.number(), e, row.cells()));
            }
        }
        return new Chunk(before, rows.position(), bytes.position(), valid, failures);
    }

    /** What stands before a row that cannot be read is imported first; the row fails the import in the next chunk. */
    private FileRows.@Nullable Row row(long before, int count) {
        try {
            return rows.next();
        } catch (UnreadableFileException e) {
            if (count == 0 || rows.position() == before) {
                throw e;
            }
            return null;
        }
    }

    private ImportRow checked(FileRows.Row row, Instant now) {
        RowDraft draft = row.draft();
        ContactFields fields = types.applied(ContactFields.of(draft.said(of.source(), of.tag()), region));
        Contact fresh = Contact.of(of.tenantId(), fields, now);
        EventLog.Ready created =
                of.dryRun() || !of.mode().creates() ? null : EventLog.ready(context, fresh.created(of.id()));
        return new ImportRow(row.number(), fresh.identity(), fields, draft.consents(), row.cells(), fresh, created);
    }

    static Failure failure(long number, ProblemException e, List<String> cells) {
        return new Failure(number, e.code(), String.valueOf(e.getMessage()), cells);
    }

    @Override
    public void close() throws IOException {
        CompletableFuture<Chunk> running = next;
        if (running != null) {
            running.handle((chunk, failure) -> true).join();
        }
        rows.close();
    }
}
