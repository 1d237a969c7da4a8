package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.contacts.ContactsConfig;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contacts.contact.AttributeTypes;
import com.alumoutreach.contracts.contact.ContactImportCompleted;
import com.alumoutreach.contracts.contact.ContactImportUndone;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports what was uploaded, a chunk of rows a transaction: contacts, events, counts and what undo needs stand or fall together,
 * so a kill costs one chunk and the next process goes on behind the last row. Imports take turns, chunk by chunk; so do those that
 * are put back.
 */
@Singleton
class ImportWork implements BackgroundWork {
    static final String NAME = "contact-imports";
    private static final Logger LOG = LoggerFactory.getLogger(ImportWork.class);

    /** Two minutes of trying; whatever it is, it does not go away by itself. */
    private static final int MAX_FAILURES = 8;

    /** Files held open between their turns: a few megabytes each. More imports than this read their file again. */
    private static final int MAX_OPEN = 16;

    private final Database database;
    private final ImportRepository imports;
    private final RowImporter rows;
    private final ImportUndo undo;
    private final EventLog log;
    private final ContactsConfig config;
    private final Clock clock;
    private final ExecutorService ahead = Executors.newVirtualThreadPerTaskExecutor();

    /** Files that this process is in the middle of, least recently used first; only a shortcut for reading them again. */
    private final Map<UUID, Open> open = new LinkedHashMap<>(MAX_OPEN, 0.75f, true);

    /** A file, and the row behind which its next chunk begins. */
    private static final class Open {
        private final ChunkReader file;
        private long at;

        Open(ChunkReader file, long at) {
            this.file = file;
            this.at = at;
        }
    }

    ImportWork(
            Database database,
            ImportRepository imports,
            RowImporter rows,
            ImportUndo undo,
            @Named(ContactsModule.NAME) EventLog log,
            ContactsConfig config,
            Clock clock) {
        this.database = database;
        this.imports = imports;
        this.rows = rows;
        this.undo = undo;
        this.log = log;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** One chunk of the import that waits longest. */
    @Override
    public synchronized boolean step() {
        AtomicReference<@Nullable ContactImport> at = new AtomicReference<>();
        try {
            return database.inSystemTransaction(tx -> {
                Optional<ContactImport> claimed = imports.claim(tx);
                at.set(claimed.orElse(null));
                claimed.ifPresentOrElse(current -> step(tx, current), () -> giveUpAbandoned(tx));
                return claimed.isPresent();
            });
        } catch (RuntimeException e) {
            ContactImport current = at.get();
            if (current != null) {
                // The reader is past rows whose transaction was rolled back.
                close(current.id());
                tryLater(current, e);
            }
            throw e;
        }
    }

    private void step(Handle tx, ContactImport current) {
        if (current.status().equals("undoing")) {
            undoChunk(tx, current);
        } else if (imports.isToStop(tx, current)) {
            end(tx, current, "cancelled", null);
        } else {
            importChunk(tx, current);
        }
    }

    private void importChunk(Handle tx, ContactImport current) {
        try {
            Open file = openAt(tx, current, current.progress().rowsRead());
            ChunkReader.Chunk chunk = file.file.next();
            file.at = chunk.last();
            if (chunk.atEnd()) {
                end(tx, current, "completed", null);
                return;
            }
            imports.moved(tx, current, chunk, rows.importChunk(tx, current, chunk));
        } catch (UnreadableFileException e) {
            end(tx, current, "failed", e.getMessage());
        }
    }

    private void undoChunk(Handle tx, ContactImport current) {
        if (!undo.step(tx, current)) {
            ContactImport.Progress done = current.progress();
            imports.undone(tx, current);
            log.append(
                    tx,
                    current.context(),
                    new ContactImportUndone(
                            current.id().toString(), done.undoDeleted(), done.undoRestored(), done.undoKept()));
            LOG.info("import.undone id={}", current.id());
        }
    }

    private void end(Handle tx, ContactImport current, String status, @Nullable String failure) {
        imports.ended(tx, current, status, failure);
        close(current.id());
        ContactImport.Progress done = current.progress();
        if (!current.dryRun()) {
            log.append(
                    tx,
                    current.context(),
                    new ContactImportCompleted(
                            current.id().toString(),
                            status,
                            done.rowsRead(),
                            done.created(),
                            done.updated(),
                            done.skipped(),
                            done.failed()));
        }
        LOG.info("import.{} id={} rows={} reason={}", status, current.id(), done.rowsRead(), failure);
    }

    private void giveUpAbandoned(Handle tx) {
        imports.claimAbandoned(tx)
                .ifPresent(found -> imports.ended(tx, found, "failed", "The upload was never finished"));
    }

    private void tryLater(ContactImport current, RuntimeException failure) {
        database.useTransaction(current.tenantId(), tx -> {
            if (imports.chunkFailed(tx, current) >= MAX_FAILURES) {
                LOG.error("import.failed id={}", current.id(), failure);
                String reason = "Something failed on our side, " + MAX_FAILURES + " times in a row";
                if (current.status().equals("undoing")) {
                    // Not done, and asked for again it goes on where it is.
                    imports.notUndone(tx, current, reason);
                } else {
                    end(tx, current, "failed", reason);
                }
            }
        });
    }

    private Open openAt(Handle tx, ContactImport current, long row) {
        Open held = open.get(current.id());
        if (held != null && held.at == row) {
            return held;
        }
        close(current.id());
        if (open.size() >= MAX_OPEN) {
            close(open.keySet().iterator().next());
        }
        UploadedFile bytes = new UploadedFile(database, imports, current);
        Charset encoding = current.encoding() == null ? StandardCharsets.UTF_8 : Charset.forName(current.encoding());
        FileRows file = current.format().rows(bytes, encoding, current.mapping());
        file.skipTo(row);
        ChunkReader reader = new ChunkReader(
                bytes, file, current, config.defaultRegion(), AttributeTypes.of(tx, current.tenantId()), clock, ahead);
        Open opened = new Open(reader, row);
        open.put(current.id(), opened);
        imports.opened(tx, current, reader.header());
        return opened;
    }

    private void close(UUID id) {
        Open held = open.remove(id);
        if (held != null) {
            try {
                held.file.close();
            } catch (IOException e) {
                LOG.debug("import.close_failed", e);
            }
        }
    }

    @PreDestroy
    void stop() {
        ahead.shutdownNow();
    }
}
