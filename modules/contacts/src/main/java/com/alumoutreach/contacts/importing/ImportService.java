package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.contacts.contact.ContactFields;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.micronaut.context.BeanProvider;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.UUID;
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

    /** Returns when the whole file is in Postgres: from then on the import happens, whatever dies. */
    UUID accept(
            Caller caller, @Nullable String mapping, @Nullable String source, @Nullable String tag, InputStream file)
            throws IOException {
        UUID id = EventIds.next();
        ContactImport started = new ContactImport(
                id,
                caller.tenantId(),
                "uploading",
                source,
                tag == null ? null : ContactFields.tag(tag),
                mapping(mapping),
                null,
                caller.correlationId(),
                caller.userId());
        database.useTransaction(caller.tenantId(), tx -> imports.insert(tx, started));
        int part = 0;
        for (byte[] content = file.readNBytes(PART_BYTES); content.length > 0; content = file.readNBytes(PART_BYTES)) {
            int number = part++;
            byte[] bytes = content;
            database.useTransaction(caller.tenantId(), tx -> imports.insertPart(tx, id, number, bytes));
        }
        if (part == 0) {
            throw ProblemException.badRequest("EMPTY_FILE", "The request has no file in its body");
        }
        database.useTransaction(caller.tenantId(), tx -> imports.status(tx, id, "accepted", null));
        works.get().wake(ImportWork.NAME);
        return id;
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
