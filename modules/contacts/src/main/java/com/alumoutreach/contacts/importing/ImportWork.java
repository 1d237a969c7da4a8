package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.module.BackgroundWork;
import de.siegmar.fastcsv.reader.CsvParseException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports what was uploaded, a chunk of rows a transaction: contacts, events and the rows' outcomes stand or fall together,
 * so a kill costs one chunk and the next process goes on behind the last outcome. Imports take turns, chunk by chunk.
 */
@Singleton
class ImportWork implements BackgroundWork {
    static final String NAME = "contact-imports";
    private static final Logger LOG = LoggerFactory.getLogger(ImportWork.class);

    /** Large enough that the commit does not count, small enough not to hold the relay's horizon back. */
    private static final int CHUNK = 1_000;

    /** Two minutes of trying; whatever it is, it does not go away by itself. */
    private static final int MAX_FAILURES = 8;

    /** Files held open between their turns: a megabyte or two each. More imports than this read their file again. */
    private static final int MAX_OPEN = 16;

    private final Database database;
    private final ImportRepository imports;
    private final RowImporter rows;

    /** Files that this process is in the middle of, least recently used first; only a shortcut for reading them again. */
    private final Map<UUID, Open> open = new LinkedHashMap<>(MAX_OPEN, 0.75f, true);

    private record Open(CsvRows file, List<String> fields) {}

    ImportWork(Database database, ImportRepository imports, RowImporter rows) {
        this.database = database;
        this.imports = imports;
        this.rows = rows;
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
                claimed.ifPresentOrElse(current -> importChunk(tx, current), () -> giveUpAbandoned(tx));
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

    private void importChunk(Handle tx, ContactImport current) {
        try {
            Open file = openAt(current, imports.lastRow(tx, current));
            List<CsvRows.Row> chunk = file.file().next(CHUNK);
            if (chunk.isEmpty()) {
                imports.completed(tx, current);
                close(current.id());
                LOG.info(
                        "import.completed id={} rows={}",
                        current.id(),
                        file.file().position());
                return;
            }
            imports.insertRows(tx, current, rows.importRows(tx, current, file.fields(), chunk));
            imports.moved(tx, current);
        } catch (CsvParseException e) {
            LOG.warn("import.failed id={} reason={}", current.id(), e.getMessage());
            imports.failed(tx, current, "Not a readable CSV file: " + e.getMessage());
            close(current.id());
        }
    }

    private void giveUpAbandoned(Handle tx) {
        imports.claimAbandoned(tx).ifPresent(found -> imports.failed(tx, found, "The upload was never finished"));
    }

    private void tryLater(ContactImport current, RuntimeException failure) {
        database.useTransaction(current.tenantId(), tx -> {
            if (imports.chunkFailed(tx, current) >= MAX_FAILURES) {
                LOG.error("import.failed id={}", current.id(), failure);
                imports.failed(tx, current, "Something failed on our side, " + MAX_FAILURES + " times in a row");
            }
        });
    }

    private Open openAt(ContactImport current, long row) {
        Open held = open.get(current.id());
        if (held != null && held.file().position() == row) {
            return held;
        }
        close(current.id());
        if (open.size() >= MAX_OPEN) {
            close(open.keySet().iterator().next());
        }
        CsvRows file = new CsvRows(new UploadedFile(database, imports, current));
        file.skipTo(row);
        Open opened = new Open(file, current.mapping().fields(file.header()));
        open.put(current.id(), opened);
        return opened;
    }

    private void close(UUID id) {
        Open held = open.remove(id);
        if (held != null) {
            try {
                held.file().close();
            } catch (IOException e) {
                LOG.debug("import.close_failed", e);
            }
        }
    }
}
