package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.contacts.ContactsConfig;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Station 1: contacts over HTTP. The next station is {@link ContactService}. */
@Controller("/api/contacts")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class ContactController {
    private final ContactService service;
    private final ContactsConfig config;

    ContactController(ContactService service, ContactsConfig config) {
        this.service = service;
        this.config = config;
    }

    @Post
    HttpResponse<ContactResponse> create(Caller caller, @Body ContactRequest request) {
        Contact contact = service.create(caller, fields(request));
        return HttpResponse.created(ContactResponse.of(contact), URI.create("/api/contacts/" + contact.id()));
    }

    @Get("/{id}")
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    ContactResponse get(Caller caller, String id) {
        return ContactResponse.of(service.get(caller, uuid(id)));
    }

    /**
     * In the order of creation.
     *
     * @param email only the contact with this address, without regard to case
     */
    @Get
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    Page<ContactResponse> list(
            Caller caller,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor,
            @Nullable @QueryValue String email) {
        int most = Page.limit(limit);
        List<ContactResponse> rows =
                service.list(caller, Page.cursor(cursor), most + 1, Texts.trimmed("email", email)).stream()
                        .map(ContactResponse::of)
                        .toList();
        return Page.of(rows, most, ContactResponse::id);
    }

    /** Changes what is named; an empty text removes a field, null as an attribute's value the attribute. */
    @Patch("/{id}")
    ContactResponse patch(Caller caller, String id, @Body ContactRequest request) {
        return ContactResponse.of(service.patch(caller, uuid(id), fields(request)));
    }

    /** Replaces all fields and attributes; the tags too where they are named. */
    @Put("/{id}")
    ContactResponse put(Caller caller, String id, @Body ContactRequest request) {
        return ContactResponse.of(service.replace(caller, uuid(id), fields(request)));
    }

    @Delete("/{id}")
    @Status(HttpStatus.NO_CONTENT)
    void delete(Caller caller, String id) {
        service.delete(caller, uuid(id));
    }

    @Put("/{id}/tags/{tag}")
    ContactResponse tag(Caller caller, String id, String tag) {
        return ContactResponse.of(service.tag(caller, uuid(id), ContactFields.tag(tag)));
    }

    @Delete("/{id}/tags/{tag}")
    ContactResponse untag(Caller caller, String id, String tag) {
        return ContactResponse.of(service.untag(caller, uuid(id), ContactFields.tag(tag)));
    }

    private ContactFields fields(ContactRequest request) {
        return ContactFields.of(
                new ContactFields.Said(
                        request.email(),
                        request.phone(),
                        request.firstName(),
                        request.lastName(),
                        request.source(),
                        request.attributes(),
                        request.tags()),
                config.defaultRegion());
    }

    /** What is no id is nobody's id. */
    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("contact", id);
        }
    }

    @Serdeable
    record ContactRequest(
            @Nullable String email,
            @Nullable String phone,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String source,
            @Nullable Map<String, Object> attributes,
            @Nullable List<String> tags) {}

    @Serdeable
    record ContactResponse(
            UUID id,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String source,
            Map<String, Object> attributes,
            List<String> tags,
            long version,
            Instant createdAt,
            Instant updatedAt) {
        static ContactResponse of(Contact contact) {
            return new ContactResponse(
                    contact.id(),
                    contact.email(),
                    contact.phone(),
                    contact.firstName(),
                    contact.lastName(),
                    contact.source(),
                    contact.attributes(),
                    contact.tags(),
                    contact.version(),
                    contact.createdAt(),
                    contact.updatedAt());
        }
    }
}
