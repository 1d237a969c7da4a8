package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.module.BackgroundWork;
import de.siegmar.fastcsv.reader.CsvParseException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports what was uploaded, a chunk of rows a transaction: contacts, events and the rows' outcomes stand or fall together,
 * so a kill costs one chunk and the next process goes on behind the last outcome.
 */
@Singleton
class ImportWork implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(ImportWork.class);

    /** Large enough that the commit does not count, small enough not to hold the relay's horizon back. */
    private static final int CHUNK = 1_000;

    static final String NAME = "contact-imports";

    private final Database database;
    private final ImportRepository imports;
    private final RowImporter rows;

    /** The file that this process is in the middle of; only a shortcut for reading it from the start again. */
    private @Nullable Open open;

    private record Open(UUID importId, CsvRows file, List<String> fields) {}

    ImportWork(Database database, ImportRepository imports, RowImporter rows) {
        this.database = database;
        this.imports = imports;
        this.rows = rows;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** One chunk of the oldest import. */
    @Override
    public boolean step() {
        try {
            return database.inSystemTransaction(tx -> {
                Optional<ContactImport> claimed = imports.claim(tx);
                claimed.ifPresent(current -> importChunk(tx, current));
                return claimed.isPresent();
            });
        } catch (RuntimeException e) {
            // The reader is past rows whose transaction was rolled back.
            open = null;
            throw e;
        }
    }

    private void importChunk(Handle tx, ContactImport current) {
        try {
            Open file = openAt(current, imports.lastRow(tx, current.id()));
            List<CsvRows.Row> chunk = file.file().next(CHUNK);
            if (chunk.isEmpty()) {
                imports.status(tx, current.id(), "completed", null);
                close();
                LOG.info(
                        "import.completed id={} rows={}",
                        current.id(),
                        file.file().position());
                return;
            }
            imports.insertRows(tx, current.id(), rows.importRows(tx, current, file.fields(), chunk));
            if (current.status().equals("accepted")) {
                imports.status(tx, current.id(), "running", null);
            }
        } catch (CsvParseException e) {
            LOG.warn("import.failed id={} reason={}", current.id(), e.getMessage());
            imports.status(tx, current.id(), "failed", "Not a readable CSV file: " + e.getMessage());
            close();
        }
    }

    private Open openAt(ContactImport current, long row) {
        Open held = open;
        if (held != null && held.importId().equals(current.id()) && held.file().position() == row) {
            return held;
        }
        close();
        CsvRows file = new CsvRows(new UploadedFile(database, imports, current));
        file.skipTo(row);
        Open opened = new Open(current.id(), file, current.mapping().fields(file.header()));
        open = opened;
        return opened;
    }

    private void close() {
        Open held = open;
        open = null;
        if (held != null) {
            try {
                held.file().close();
            } catch (IOException e) {
                LOG.debug("import.close_failed", e);
            }
        }
    }
}
