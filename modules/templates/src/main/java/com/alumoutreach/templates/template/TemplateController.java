package com.alumoutreach.templates.template;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.EntityTag;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.http.TakesIdempotencyKey;
import com.alumoutreach.templates.TemplatesModule;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Named;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.UUID;

/** Templates over HTTP. */
@Controller("/api/templates")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class TemplateController {
    private static final String STORABLE = "[^\\x00\\p{Cs}]*";
    private static final String NOT_STORABLE = "must not contain U+0000 or half a surrogate pair";

    private final TemplateService service;
    private final Idempotency idempotency;

    TemplateController(TemplateService service, @Named(TemplatesModule.NAME) Idempotency idempotency) {
        this.service = service;
        this.idempotency = idempotency;
    }

    @Post
    @TakesIdempotencyKey
    HttpResponse<Template> create(Caller caller, HttpRequest<?> http, @Body @Valid TemplateRequest request) {
        return idempotency.once(caller, http, request, tx -> {
            Template template = service.create(tx, caller, request);
            return tag(template).on(HttpResponse.created(template, URI.create("/api/templates/" + template.id())));
        });
    }

    @Get("/{id}")
    HttpResponse<Template> get(
            Caller caller, String id, @Nullable @Header(HttpHeaders.IF_NONE_MATCH) String ifNoneMatch) {
        Template template = service.get(caller, uuid(id));
        return tag(template).unlessKnown(ifNoneMatch, template);
    }

    @Get
    Page<Template> list(Caller caller, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        int most = Page.limit(limit);
        return Page.of(service.list(caller, Page.cursor(cursor), most + 1), most, Template::id);
    }

    @Put("/{id}")
    HttpResponse<Template> put(
            Caller caller,
            String id,
            @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch,
            @Body @Valid TemplateRequest request) {
        Template template = service.update(caller, uuid(id), new IfMatch(ifMatch), request);
        return tag(template).ok(template);
    }

    private static EntityTag tag(Template template) {
        return EntityTag.of(template.version());
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("template", id);
        }
    }

    /** Subject and bodies are Liquid, for example {@code Hello {{ firstName }}}. */
    @Serdeable
    record TemplateRequest(
            @NotBlank @Size(max = 200) @Pattern(regexp = STORABLE, message = NOT_STORABLE)
            String name,

            @Nullable @Pattern(regexp = "email") String channel,

            @NotBlank @Size(max = 998) @Pattern(regexp = STORABLE, message = NOT_STORABLE)
            String subject,

            @Nullable @Size(max = 200_000) @Pattern(regexp = STORABLE, message = NOT_STORABLE)
            String html,

            @Nullable @Size(max = 200_000) @Pattern(regexp = STORABLE, message = NOT_STORABLE)
            String text) {}
}
