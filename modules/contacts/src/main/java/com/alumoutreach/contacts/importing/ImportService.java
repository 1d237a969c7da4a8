package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.contacts.contact.ContactFields;
import com.alumoutreach.contacts.contact.Texts;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.micronaut.context.BeanProvider;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Takes files in. */
@Singleton
class ImportService {
    /** What one row of the file's table holds; also the memory that an upload needs. */
    private static final int PART_BYTES = 1 << 20;

    private static final Set<String> RUNNING = Set.of("uploading", "accepted", "running");

    private static final TypeReference<Map<String, String>> MAPPING = new TypeReference<>() {};

    private final Database database;
    private final ImportRepository imports;
    private final BeanProvider<BackgroundWorks> works;
    private final Clock clock;

    ImportService(Database database, ImportRepository imports, BeanProvider<BackgroundWorks> works, Clock clock) {
        this.clock = clock;
        this.database = database;
        this.imports = imports;
        this.works = works;
    }

    /**
     * A file that is in Postgres, and not yet an import.
     *
     * @param content what makes two uploads the same, however they were sent
     */
    record Stored(ContactImport file, List<@Nullable String> content) {}

    /**
     * What is wanted of a file.
     *
     * @param mapping JSON
     */
    record Wanted(
            @Nullable String mapping,
            @Nullable String source,
            @Nullable String tag,
            @Nullable String mode,
            boolean dryRun) {}

    /** Returns when the whole file is in Postgres; it becomes an import with {@link #accept}. */
    Stored store(Caller caller, Wanted wanted, ImportFormat format, InputStream file) throws IOException {
        ContactImport started = new ContactImport(
                EventIds.next(),
                caller.tenantId(),
                "uploading",
                Texts.trimmed("source", wanted.source()),
                wanted.tag() == null || wanted.tag().isEmpty() ? null : ContactFields.tag(wanted.tag()),
                mapping(wanted.mapping()),
                ImportMode.of(wanted.mode()),
                wanted.dryRun(),
                format,
                null,
                null,
                null,
                caller.correlationId(),
                caller.userId(),
                ContactImport.Progress.none(clock.instant()));
        database.useTransaction(caller.tenantId(), tx -> imports.insert(tx, started));
        boolean whole = false;
        MessageDigest hash = sha256();
        try {
            TextEncoding encoding = new TextEncoding();
            long bytes = store(started, new DigestInputStream(file, hash), encoding);
            if (bytes == 0) {
                throw ProblemException.badRequest("EMPTY_FILE", "The request has no file in its body");
            }
            database.useTransaction(
                    caller.tenantId(),
                    tx -> imports.uploaded(tx, started, encoding.found().name(), bytes));
            whole = true;
        } finally {
            if (!whole) {
                database.useTransaction(
                        caller.tenantId(),
                        tx -> imports.ended(tx, started, "failed", "The upload ended before the file did"));
            }
        }
        return new Stored(
                started,
                Arrays.asList(
                        wanted.mapping(),
                        wanted.source(),
                        wanted.tag(),
                        started.mode().wireName(),
                        String.valueOf(started.dryRun()),
                        format.wireName(),
                        HexFormat.of().formatHex(hash.digest())));
    }

    /** From the commit on the import happens, whatever dies. */
    void accept(Handle tx, ContactImport stored) {
        imports.accepted(tx, stored);
        tx.afterCommit(() -> works.get().wake(ImportWork.NAME));
    }

    /** Forgets a file that did not become an import. */
    void dropUnlessAccepted(ContactImport stored) {
        database.useTransaction(stored.tenantId(), tx -> imports.dropUnlessAccepted(tx, stored));
    }

    /**
     * Each part in a transaction of its own, so that no upload holds the relay's horizon back.
     *
     * @return bytes
     */
    private long store(ContactImport of, InputStream file, TextEncoding encoding) throws IOException {
        int parts = 0;
        long bytes = 0;
        for (byte[] part = file.readNBytes(PART_BYTES); part.length > 0; part = file.readNBytes(PART_BYTES)) {
            int number = parts++;
            byte[] content = part;
            bytes += part.length;
            encoding.add(part);
            database.useTransaction(of.tenantId(), tx -> imports.insertPart(tx, of, number, content));
        }
        return bytes;
    }

    /**
     * Stops it before its next chunk.
     *
     * @throws ProblemException IMPORT_ENDED
     */
    ContactImport cancel(Caller caller, UUID id) {
        return database.inTransaction(caller.tenantId(), tx -> {
            ContactImport found = found(tx, caller, id);
            if (!RUNNING.contains(found.status())) {
                throw ProblemException.conflict("IMPORT_ENDED", "The import has ended already; it can be undone");
            }
            imports.cancel(tx, found);
            tx.afterCommit(() -> works.get().wake(ImportWork.NAME));
            return found;
        });
    }

    /**
     * Begins to put back what it did; asked for again it changes nothing.
     *
     * @throws ProblemException IMPORT_RUNNING, NOTHING_TO_UNDO after a dry run
     */
    ContactImport undo(Caller caller, UUID id) {
        return database.inTransaction(caller.tenantId(), tx -> {
            ContactImport found = found(tx, caller, id);
            if (found.dryRun()) {
                throw ProblemException.conflict("NOTHING_TO_UNDO", "A dry run changes nothing");
            }
            if (found.status().equals("undoing") || found.status().equals("undone")) {
                return found;
            }
            if (!imports.undo(tx, found)) {
                throw ProblemException.conflict("IMPORT_RUNNING", "The import has not ended; cancel it first");
            }
            tx.afterCommit(() -> works.get().wake(ImportWork.NAME));
            return found.withStatus("undoing");
        });
    }

    private ContactImport found(Handle tx, Caller caller, UUID id) {
        return imports.find(tx, caller.tenantId(), id)
                .orElseThrow(() -> ProblemException.notFound("import", id.toString()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws ProblemException INVALID_MAPPING, INVALID_TEXT */
    static ColumnMapping mapping(@Nullable String json) {
        if (json == null || json.isBlank()) {
            return new ColumnMapping(Map.of());
        }
        try {
            Map<String, @Nullable String> said = EventCodec.mapper().readValue(json, MAPPING);
            if (said == null || said.containsValue(null)) {
                throw noMapping();
            }
            return new ColumnMapping(said);
        } catch (JsonProcessingException e) {
            throw noMapping();
        }
    }

    private static ProblemException noMapping() {
        return ProblemException.badRequest("INVALID_MAPPING", "mapping is not a JSON object of texts");
    }
}
