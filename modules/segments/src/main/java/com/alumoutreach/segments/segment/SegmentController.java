package com.alumoutreach.segments.segment;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.EntityTag;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.segments.SegmentsModule;
import com.alumoutreach.segments.membership.MemberRepository;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.inject.Named;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Segments over HTTP. */
@Controller("/api/segments")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class SegmentController {
    private final SegmentService service;
    private final Idempotency idempotency;
    private final Database database;
    private final MemberRepository members;

    SegmentController(
            SegmentService service,
            @Named(SegmentsModule.NAME) Idempotency idempotency,
            Database database,
            MemberRepository members) {
        this.service = service;
        this.idempotency = idempotency;
        this.database = database;
        this.members = members;
    }

    @Post
    @Operation(
            parameters =
                    @Parameter(
                            name = Idempotency.HEADER,
                            in = ParameterIn.HEADER,
                            schema = @Schema(type = "string", maxLength = 255)))
    HttpResponse<SegmentResponse> create(Caller caller, HttpRequest<?> http, @Body @Valid SegmentRequest request) {
        return idempotency.once(caller, http, request, tx -> {
            SegmentResponse segment =
                    response(tx, caller, service.create(tx, caller, request.name(), request.definition()));
            return segment.tag().on(HttpResponse.created(segment, URI.create("/api/segments/" + segment.id())));
        });
    }

    @Get("/{id}")
    HttpResponse<SegmentResponse> get(
            Caller caller, String id, @Nullable @Header(HttpHeaders.IF_NONE_MATCH) String ifNoneMatch) {
        SegmentResponse segment = response(caller, service.get(caller, uuid(id)));
        return segment.tag().unlessKnown(ifNoneMatch, segment);
    }

    @Get
    Page<SegmentResponse> list(
            Caller caller, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        int most = Page.limit(limit);
        List<SegmentResponse> rows = service.list(caller, Page.cursor(cursor), most + 1).stream()
                .map(segment -> response(caller, segment))
                .toList();
        return Page.of(rows, most, SegmentResponse::id);
    }

    @Put("/{id}")
    HttpResponse<SegmentResponse> put(
            Caller caller,
            String id,
            @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch,
            @Body @Valid SegmentRequest request) {
        SegmentResponse segment = response(
                caller, service.update(caller, uuid(id), new IfMatch(ifMatch), request.name(), request.definition()));
        return segment.tag().ok(segment);
    }

    @Delete("/{id}")
    @Status(HttpStatus.NO_CONTENT)
    void delete(Caller caller, String id, @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch) {
        service.delete(caller, uuid(id), new IfMatch(ifMatch));
    }

    /** @param cursor the contact to go on after */
    @Get("/{id}/members")
    MemberPage members(
            Caller caller, String id, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        int most = Page.limit(limit);
        UUID segment = service.get(caller, uuid(id)).id();
        List<String> rows = database.inTransaction(
                caller.tenantId(),
                tx -> members.list(tx, caller.tenantId(), segment, cursor == null ? "" : cursor, most + 1));
        boolean more = rows.size() > most;
        List<String> items = more ? rows.subList(0, most) : rows;
        return new MemberPage(items.stream().map(Member::new).toList(), more ? items.getLast() : null);
    }

    private SegmentResponse response(Caller caller, Segment segment) {
        return database.inTransaction(caller.tenantId(), tx -> response(tx, caller, segment));
    }

    private SegmentResponse response(Handle tx, Caller caller, Segment segment) {
        long count = members.count(tx, caller.tenantId(), segment.id());
        return new SegmentResponse(
                segment.id(),
                segment.name(),
                segment.definition().match(),
                segment.definition().conditions(),
                segment.version(),
                segment.evaluatingAfter() == null ? "evaluated" : "evaluating",
                count);
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("segment", id);
        }
    }

    @Serdeable
    record SegmentRequest(
            @NotBlank @Size(max = 200) String name,
            @Nullable String match,
            @NotNull List<Rule> conditions) {
        Rule.Definition definition() {
            return new Rule.Definition(match == null ? "all" : match, conditions);
        }
    }

    /** @param status {@code evaluating} until all contacts have been looked at */
    @Serdeable
    record SegmentResponse(
            UUID id, String name, String match, List<Rule> conditions, long version, String status, long memberCount) {
        EntityTag tag() {
            return EntityTag.of(version, status, memberCount);
        }
    }

    @Serdeable
    record Member(String contactId) {}

    @Serdeable
    record MemberPage(List<Member> items, @Nullable String nextCursor) {}
}
