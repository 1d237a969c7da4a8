package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Flag;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.http.PackedUploads;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.http.TakesIdempotencyKey;
import com.alumoutreach.contacts.ContactsConfig;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contacts.contact.AttributeTypes;
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
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.multipart.CompletedFileUpload;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.types.files.StreamedFile;
import io.micronaut.http.sse.Event;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Imports over HTTP. The file is kept whole before it is acknowledged; what becomes of each row can be asked for. The paths below
 * {@code /api/imports} are those of before.
 */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class ImportController {
    private static final Logger LOG = LoggerFactory.getLogger(ImportController.class);
    private static final String NDJSON = "application/x-ndjson";
    private static final Duration PROGRESS = Duration.ofMillis(500);

    /** Then whoever still listens asks again. */
    private static final Duration LISTENING = Duration.ofHours(1);

    private final ImportService service;
    private final Idempotency idempotency;
    private final PackedUploads packed;
    private final HttpServerConfiguration limits;
    private final Database database;
    private final ImportRepository imports;
    private final ImportTraces traces;
    private final ContactsConfig config;

    ImportController(
            ImportService service,
            @Named(ContactsModule.NAME) Idempotency idempotency,
            PackedUploads packed,
            HttpServerConfiguration limits,
            Database database,
            ImportRepository imports,
            ImportTraces traces,
            ContactsConfig config) {
        this.service = service;
        this.idempotency = idempotency;
        this.packed = packed;
        this.limits = limits;
        this.database = database;
        this.imports = imports;
        this.traces = traces;
        this.config = config;
    }

    /**
     * Takes a file in.
     *
     * @param file CSV with a header, separated by comma, semicolon, tab or pipe, in UTF-8, UTF-16 or Windows-1252; or NDJSON
     * @param mapping a JSON object from column header to field: {@code email, emails, phone, firstName, lastName, source, tags,
     *     timeZone, locale, consent.<channel>[.<topic>], attributes.<name>, ignore}; columns it does not name are guessed
     * @param source of contacts whose row names none
     * @param tag for every contact of the file
     * @param mode {@code create}, {@code update}, {@code skip} or {@code existing}; {@code update} unless said otherwise
     * @param dryRun {@code true} or {@code false}: everything is checked and counted, and nothing written
     */
    @Post(uris = {"/api/contacts/imports", "/api/imports"})
    @Consumes({"text/csv", "text/plain", "application/octet-stream", NDJSON})
    @TakesIdempotencyKey
    HttpResponse<ImportResponse> create(
            Caller caller,
            HttpRequest<?> http,
            @Nullable @QueryValue String mapping,
            @Nullable @QueryValue String source,
            @Nullable @QueryValue String tag,
            @Nullable @QueryValue String mode,
            @Parameter(schema = @Schema(type = "boolean")) @Nullable @QueryValue String dryRun,
            @Body InputStream file)
            throws IOException {
        try {
            ImportService.Wanted wanted =
                    new ImportService.Wanted(mapping, source, tag, mode, Flag.of("dryRun", dryRun));
            return accepted(
                    caller, http, service.store(caller, wanted, format(http), packed.unpacked(http, file, limits)));
        } finally {
            pass(file);
        }
    }

    /** What nobody read of a body would stand in the way of the next request on its connection. */
    private static void pass(InputStream body) {
        try {
            body.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.debug("import.body_not_read", e);
        }
    }

    /** The same as a form, as browsers send it; a large file goes through a temporary one. What no part says, the query may say. */
    @Post(uris = {"/api/contacts/imports", "/api/imports"})
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @TakesIdempotencyKey
    HttpResponse<ImportResponse> createFromForm(
            Caller caller,
            HttpRequest<?> http,
            @Part("file") CompletedFileUpload file,
            @Nullable @Part String mapping,
            @Nullable @Part String source,
            @Nullable @Part String tag,
            @Nullable @Part String mode,
            @Schema(type = "boolean") @Nullable @Part String dryRun)
            throws IOException {
        try (InputStream content = file.getInputStream()) {
            ImportService.Wanted wanted = new ImportService.Wanted(
                    said(http, "mapping", mapping),
                    said(http, "source", source),
                    said(http, "tag", tag),
                    said(http, "mode", mode),
                    Flag.of("dryRun", said(http, "dryRun", dryRun)));
            return accepted(caller, http, service.store(caller, wanted, format(file), content));
        } finally {
            file.discard();
        }
    }

    /** A wish beside a form may also stand in the query; it must not go unheard, least of all that for a dry run. */
    private static @Nullable String said(HttpRequest<?> http, String name, @Nullable String part) {
        return part == null ? http.getParameters().get(name) : part;
    }

    private HttpResponse<ImportResponse> accepted(Caller caller, HttpRequest<?> http, ImportService.Stored stored) {
        ContactImport started = stored.file();
        try {
            return idempotency.once(caller, http, stored.content(), tx -> {
                service.accept(tx, started);
                return HttpResponse.<ImportResponse>accepted(URI.create("/api/contacts/imports/" + started.id()))
                        .body(ImportResponse.of(started.withStatus("accepted")));
            });
        } finally {
            // The answer was that of an earlier request with this key, or an error.
            service.dropUnlessAccepted(started);
        }
    }

    /** What the beginning of a file would be read as; nothing is kept of it. */
    @Post("/api/contacts/imports/preview")
    @Consumes({"text/csv", "text/plain", "application/octet-stream", NDJSON})
    ImportPreview preview(
            Caller caller, HttpRequest<?> http, @Nullable @QueryValue String mapping, @Body InputStream file)
            throws IOException {
        try {
            return ImportPreview.of(
                    packed.unpacked(http, file, limits),
                    format(http),
                    ImportService.mapping(mapping),
                    config.defaultRegion(),
                    types(caller));
        } finally {
            pass(file);
        }
    }

    @Post("/api/contacts/imports/preview")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    ImportPreview previewFromForm(Caller caller, @Part("file") CompletedFileUpload file, @Nullable @Part String mapping)
            throws IOException {
        try (InputStream content = file.getInputStream()) {
            return ImportPreview.of(
                    content, format(file), ImportService.mapping(mapping), config.defaultRegion(), types(caller));
        } finally {
            file.discard();
        }
    }

    private AttributeTypes types(Caller caller) {
        return database.inTransaction(caller.tenantId(), tx -> AttributeTypes.of(tx, caller.tenantId()));
    }

    private static ImportFormat format(HttpRequest<?> http) {
        return ImportFormat.of(http.getContentType().map(MediaType::getName).orElse(null), null);
    }

    private static ImportFormat format(CompletedFileUpload file) {
        return ImportFormat.of(file.getContentType().map(MediaType::getName).orElse(null), file.getFilename());
    }

    @Get(uris = {"/api/contacts/imports/{id}", "/api/imports/{id}"})
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    ImportResponse get(Caller caller, String id) {
        return ImportResponse.of(found(caller, id));
    }

    /** Oldest first. */
    @Get(uris = {"/api/contacts/imports", "/api/imports"})
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    Page<ImportResponse> list(Caller caller, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        int most = Page.limit(limit);
        List<ImportResponse> rows = database.inTransaction(
                caller.tenantId(),
                tx -> imports.list(tx, caller.tenantId(), Page.cursor(cursor), most + 1).stream()
                        .map(ImportResponse::of)
                        .toList());
        return Page.of(rows, most, ImportResponse::id);
    }

    /** Its progress, twice a second, until it is over. */
    @Get("/api/contacts/imports/{id}/events")
    @Produces(MediaType.TEXT_EVENT_STREAM)
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    Publisher<Event<ImportResponse>> events(Caller caller, String id) {
        ContactImport first = found(caller, id);
        return Flux.interval(Duration.ZERO, PROGRESS)
                .onBackpressureDrop()
                .concatMap(tick -> Mono.fromCallable(() -> find(caller, first.id()))
                        .subscribeOn(Schedulers.boundedElastic())
                        .map(ImportResponse::of))
                .takeUntil(ImportResponse::over)
                .take(LISTENING)
                .map(progress -> Event.of(progress).name("progress"));
    }

    /** The rows that failed, as a CSV file: number, code, detail, and their own cells. */
    @Get("/api/contacts/imports/{id}/errors")
    @Produces("text/csv")
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    StreamedFile errors(Caller caller, String id) {
        ContactImport found = found(caller, id);
        return new StreamedFile(new ErrorFile(database, imports, found), MediaType.of("text/csv; charset=utf-8"))
                .attach("import-" + found.id() + "-errors.csv");
    }

    /** The same as a list, without the cells. */
    @Get(uris = {"/api/contacts/imports/{id}/rejected", "/api/imports/{id}/rejected"})
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    RejectedPage rejected(
            Caller caller, String id, @Nullable @QueryValue Integer limit, @Nullable @QueryValue Long cursor) {
        int most = Page.limit(limit);
        return database.inTransaction(caller.tenantId(), tx -> {
            ContactImport found = imports.find(tx, caller.tenantId(), uuid(id)).orElseThrow(() -> unknown(id));
            List<RejectedRow> rows = imports.failures(tx, found, cursor == null ? 0 : cursor, most + 1).stream()
                    .map(RejectedRow::of)
                    .toList();
            boolean more = rows.size() > most;
            List<RejectedRow> items = more ? rows.subList(0, most) : rows;
            return new RejectedPage(items, more ? items.getLast().row() : null);
        });
    }

    /** Stops it before its next chunk; what it did stays, and can be undone. */
    @Post("/api/contacts/imports/{id}/cancel")
    @Consumes(MediaType.ALL)
    HttpResponse<ImportResponse> cancel(Caller caller, String id) {
        return HttpResponse.accepted().body(ImportResponse.of(service.cancel(caller, uuid(id))));
    }

    /** Puts back what it did, as far as nobody changed it since. */
    @Post("/api/contacts/imports/{id}/undo")
    @Consumes(MediaType.ALL)
    HttpResponse<ImportResponse> undo(Caller caller, String id) {
        return HttpResponse.accepted().body(ImportResponse.of(service.undo(caller, uuid(id))));
    }

    /** The contacts that undo left as they are, wholly or in some fields, and why. */
    @Get("/api/contacts/imports/{id}/kept")
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    Page<KeptContact> kept(
            Caller caller, String id, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        int most = Page.limit(limit);
        List<KeptContact> rows = database.inTransaction(caller.tenantId(), tx -> {
            ContactImport found = imports.find(tx, caller.tenantId(), uuid(id)).orElseThrow(() -> unknown(id));
            return traces.kept(tx, found, Page.cursor(cursor), most + 1).stream()
                    .map(kept -> new KeptContact(kept.contactId(), kept.code(), kept.detail()))
                    .toList();
        });
        return Page.of(rows, most, KeptContact::contactId);
    }

    private ContactImport found(Caller caller, String id) {
        return find(caller, uuid(id));
    }

    private ContactImport find(Caller caller, UUID id) {
        return database.inTransaction(caller.tenantId(), tx -> imports.find(tx, caller.tenantId(), id))
                .orElseThrow(() -> unknown(id.toString()));
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

    @Serdeable
    record RejectedRow(long row, String code, String detail) {
        static RejectedRow of(ImportRow.Failure failure) {
            return new RejectedRow(failure.number(), failure.code(), failure.detail());
        }
    }

    @Serdeable
    record RejectedPage(List<RejectedRow> items, @Nullable Long nextCursor) {}

    @Serdeable
    record KeptContact(UUID contactId, String code, String detail) {}
}
