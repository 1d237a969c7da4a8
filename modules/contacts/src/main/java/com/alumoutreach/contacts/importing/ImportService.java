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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Takes files in. */
@Singleton
class ImportService {
    /** What one row of the file's table holds; also the memory that an upload needs. */
    private static final int PART_BYTES = 1 << 20;

    private static final TypeReference<Map<String, String>> MAPPING = new TypeReference<>() {};

    private final Database database;
    private final ImportRepository imports;
    private final BeanProvider<BackgroundWorks> works;

    ImportService(Database database, ImportRepository imports, BeanProvider<BackgroundWorks> works) {
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

    /** Returns when the whole file is in Postgres; it becomes an import with {@link #accept}. */
    Stored store(
            Caller caller, @Nullable String mapping, @Nullable String source, @Nullable String tag, InputStream file)
            throws IOException {
        ContactImport started = new ContactImport(
                EventIds.next(),
                caller.tenantId(),
                "uploading",
                Texts.trimmed("source", source),
                tag == null ? null : ContactFields.tag(tag),
                mapping(mapping),
                null,
                caller.correlationId(),
                caller.userId());
        database.useTransaction(caller.tenantId(), tx -> imports.insert(tx, started));
        boolean whole = false;
        MessageDigest hash = sha256();
        try {
            if (store(started, new DigestInputStream(file, hash)) == 0) {
                throw ProblemException.badRequest("EMPTY_FILE", "The request has no file in its body");
            }
            whole = true;
        } finally {
            if (!whole) {
                database.useTransaction(
                        caller.tenantId(), tx -> imports.failed(tx, started, "The upload ended before the file did"));
            }
        }
        return new Stored(
                started, Arrays.asList(mapping, source, tag, HexFormat.of().formatHex(hash.digest())));
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

    /** Each part in a transaction of its own, so that no upload holds the relay's horizon back. */
    private int store(ContactImport of, InputStream file) throws IOException {
        int parts = 0;
        for (byte[] part = file.readNBytes(PART_BYTES); part.length > 0; part = file.readNBytes(PART_BYTES)) {
            int number = parts++;
            byte[] content = part;
            database.useTransaction(of.tenantId(), tx -> imports.insertPart(tx, of, number, content));
        }
        return parts;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ColumnMapping mapping(@Nullable String json) {
        try {
            return new ColumnMapping(
                    json == null ? Map.of() : EventCodec.mapper().readValue(json, MAPPING));
        } catch (JsonProcessingException e) {
            throw ProblemException.badRequest("INVALID_MAPPING", "mapping is not a JSON object of texts");
        }
    }
}
