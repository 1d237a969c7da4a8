package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.http.PackedUploads;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contacts.importing.ImportRepository.RowOutcome;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Part;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.multipart.CompletedFileUpload;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** CSV imports over HTTP. The file is kept whole before it is acknowledged; what becomes of each row can be asked for. */
@Controller("/api/imports")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class ImportController {
    private final ImportService service;
    private final Idempotency idempotency;
    private final PackedUploads packed;
    private final HttpServerConfiguration limits;
    private final Database database;
    private final ImportRepository imports;

    ImportController(
            ImportService service,
            @Named(ContactsModule.NAME) Idempotency idempotency,
            PackedUploads packed,
            HttpServerConfiguration limits,
            Database database,
            ImportRepository imports) {
        this.service = service;
        this.idempotency = idempotency;
        this.packed = packed;
        this.limits = limits;
        this.database = database;
        this.imports = imports;
    }

    /**
     * Takes a file in.
     *
     * @param file CSV, RFC 4180, UTF-8
     * @param mapping a JSON object from column header to field: {@code email, phone, firstName, lastName, source, tags,
     *     attributes.<name>, ignore}; columns it does not name are guessed
     * @param source of contacts whose row names none
     * @param tag for every contact of the file
     */
    @Post
    @Consumes({"text/csv", "text/plain", "application/octet-stream"})
    @Operation(
            parameters =
                    @Parameter(
                            name = Idempotency.HEADER,
                            in = ParameterIn.HEADER,
                            schema = @Schema(type = "string", maxLength = 255)))
    HttpResponse<ImportResponse> create(
            Caller caller,
            HttpRequest<?> http,
            @Nullable @QueryValue String mapping,
            @Nullable @QueryValue String source,
            @Nullable @QueryValue String tag,
            @Body InputStream file)
            throws IOException {
        return accepted(caller, http, service.store(caller, mapping, source, tag, packed.unpacked(http, file, limits)));
    }

    /** The same as a form, as browsers send it; the file goes through a temporary one. */
    @Post
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(
            parameters =
                    @Parameter(
                            name = Idempotency.HEADER,
                            in = ParameterIn.HEADER,
                            schema = @Schema(type = "string", maxLength = 255)))
    HttpResponse<ImportResponse> createFromForm(
            Caller caller,
            HttpRequest<?> http,
            @Part("file") CompletedFileUpload file,
            @Nullable @Part String mapping,
            @Nullable @Part String source,
            @Nullable @Part String tag)
            throws IOException {
        try (InputStream content = file.getInputStream()) {
            return accepted(caller, http, service.store(caller, mapping, source, tag, content));
        } finally {
            file.discard();
        }
    }

    private HttpResponse<ImportResponse> accepted(Caller caller, HttpRequest<?> http, ImportService.Stored stored) {
        ContactImport started = stored.file();
        try {
            return idempotency.once(caller, http, stored.content(), tx -> {
                service.accept(tx, started);
                return HttpResponse.<ImportResponse>accepted(URI.create("/api/imports/" + started.id()))
                        .body(ImportResponse.of(started.withStatus("accepted"), Map.of(), 0));
            });
        } finally {
            // The answer was that of an earlier request with this key, or an error.
            service.dropUnlessAccepted(started);
        }
    }

    @Get("/{id}")
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    ImportResponse get(Caller caller, String id) {
        return database.inTransaction(caller.tenantId(), tx -> {
            ContactImport found = imports.find(tx, caller.tenantId(), uuid(id)).orElseThrow(() -> unknown(id));
            return ImportResponse.of(found, imports.outcomes(tx, found), imports.lastRow(tx, found));
        });
    }

    @Get
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    Page<ImportResponse> list(Caller caller, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        int most = Page.limit(limit);
        List<ImportResponse> rows = database.inTransaction(
                caller.tenantId(),
                tx -> imports.list(tx, caller.tenantId(), Page.cursor(cursor), most + 1).stream()
                        .map(i -> ImportResponse.of(i, imports.outcomes(tx, i), imports.lastRow(tx, i)))
                        .toList());
        return Page.of(rows, most, ImportResponse::id);
    }

    /** @param cursor the row to go on after */
    @Get("/{id}/rejected")
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    RejectedPage rejected(
            Caller caller, String id, @Nullable @QueryValue Integer limit, @Nullable @QueryValue Long cursor) {
        int most = Page.limit(limit);
        return database.inTransaction(caller.tenantId(), tx -> {
            ContactImport found = imports.find(tx, caller.tenantId(), uuid(id)).orElseThrow(() -> unknown(id));
            List<RejectedRow> rows = imports.rejected(tx, found, cursor == null ? 0 : cursor, most + 1).stream()
                    .map(RejectedRow::of)
                    .toList();
            boolean more = rows.size() > most;
            List<RejectedRow> items = more ? rows.subList(0, most) : rows;
            return new RejectedPage(items, more ? items.getLast().row() : null);
        });
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
    }

    private static ProblemException unknown(String id) {
        return ProblemException.notFound("import", id);
    }

    /** @param lastRow where it stands: every row up to this one has an outcome */
    @Serdeable
    record ImportResponse(
            UUID id,
            String status,
            @Nullable String failure,
            long lastRow,
            long processed,
            long created,
            long updated,
            long unchanged,
            long rejected) {
        static ImportResponse of(ContactImport from, Map<String, Long> outcomes, long lastRow) {
            return new ImportResponse(
                    from.id(),
                    from.status(),
                    from.failure(),
                    lastRow,
                    outcomes.values().stream().mapToLong(count -> count).sum(),
                    outcomes.getOrDefault("created", 0L),
                    outcomes.getOrDefault("updated", 0L),
                    outcomes.getOrDefault("unchanged", 0L),
                    outcomes.getOrDefault("rejected", 0L));
        }
    }

    @Serdeable
    record RejectedRow(
            long row, @Nullable String code, @Nullable String detail) {
        static RejectedRow of(RowOutcome outcome) {
            return new RejectedRow(outcome.row(), outcome.code(), outcome.detail());
        }
    }

    @Serdeable
    record RejectedPage(List<RejectedRow> items, @Nullable Long nextCursor) {}
}
