package com.alumoutreach.segments.segment;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.EntityTag;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.http.TakesIdempotencyKey;
import com.alumoutreach.segments.SegmentsModule;
import com.alumoutreach.segments.membership.MemberRepository;
import com.alumoutreach.segments.rule.RuleReader;
import com.alumoutreach.segments.rule.Value;
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
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.inject.Named;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    @TakesIdempotencyKey
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
        SegmentResponse segment = response(caller, service.get(caller, SegmentService.uuid(id)));
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
                caller,
                service.update(
                        caller, SegmentService.uuid(id), new IfMatch(ifMatch), request.name(), request.definition()));
        return segment.tag().ok(segment);
    }

    @Delete("/{id}")
    @Status(HttpStatus.NO_CONTENT)
    void delete(Caller caller, String id, @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch) {
        service.delete(caller, SegmentService.uuid(id), new IfMatch(ifMatch));
    }

    private SegmentResponse response(Caller caller, Segment segment) {
        return database.inTransaction(caller.tenantId(), tx -> response(tx, caller, segment));
    }

    private SegmentResponse response(Handle tx, Caller caller, Segment segment) {
        long count = members.count(tx, caller.tenantId(), segment.id());
        Segment.Definition definition = segment.definition();
        return new SegmentResponse(
                segment.id(),
                segment.name(),
                definition.type(),
                definition.rule() == null ? null : definition.rule().toJson(),
                definition.conditions() == null ? null : definition.match() == null ? "all" : definition.match(),
                definition.conditions(),
                segment.version(),
                segment.evaluatingAfter() == null ? "evaluated" : "evaluating",
                count);
    }

    /**
     * A segment as it is wanted.
     *
     * @param type {@code dynamic}, also when null, or {@code static}
     * @param rule of a dynamic segment
     * @param match {@code all} or {@code any}, with {@code conditions}: the first form of rules
     */
    @Serdeable
    record SegmentRequest(
            @NotBlank
            @Size(max = 200)
            @Pattern(regexp = "[^\\x00\\p{Cs}]*", message = "must not contain U+0000 or half a surrogate pair")
            String name,

            @Nullable String type,
            @Nullable @Schema(type = "object") Object rule,
            @Nullable String match,
            @Nullable List<Object> conditions) {
        Segment.Definition definition() {
            if ("static".equals(type)) {
                if (rule != null || conditions != null) {
                    throw ProblemException.badRequest(
                            "INVALID_RULE", "/rule: A static segment has no rule; its members are listed");
                }
                return Segment.Definition.LISTED;
            }
            if (type != null && !type.equals("dynamic")) {
                throw ProblemException.badRequest("INVALID_RULE", "/type: type must be dynamic or static");
            }
            if (conditions == null) {
                return Segment.Definition.of(RuleReader.read(rule));
            }
            if (rule != null) {
                throw ProblemException.badRequest("INVALID_RULE", "/conditions: Beside rule this means nothing");
            }
            return Segment.Definition.ofConditions(
                    RuleReader.readConditions(match, conditions),
                    match,
                    conditions.stream().map(SegmentRequest::map).toList());
        }

        private static Map<String, Object> map(Object condition) {
            Map<String, Object> map = new LinkedHashMap<>();
            ((Map<?, ?>) condition)
                    .forEach((key, value) -> map.put(Value.storable(String.valueOf(key)), Value.storableJson(value)));
            return map;
        }
    }

    /**
     * A segment.
     *
     * @param conditions when the rule was given in the first form
     * @param status {@code evaluating} until all contacts have been looked at
     */
    @Serdeable
    record SegmentResponse(
            UUID id,
            String name,
            String type,
            @Nullable Map<String, Object> rule,
            @Nullable String match,
            @Nullable List<Map<String, Object>> conditions,
            long version,
            String status,
            long memberCount) {
        EntityTag tag() {
            return EntityTag.of(version, status, memberCount);
        }
    }
}
