package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.EntityTag;
import com.alumoutreach.backbone.http.Flag;
import com.alumoutreach.backbone.http.Idempotency;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.Page;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.http.TakesIdempotencyKey;
import com.alumoutreach.contacts.ContactsConfig;
import com.alumoutreach.contacts.ContactsModule;
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
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.inject.Named;
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
    private final Idempotency idempotency;
    private final ContactsConfig config;
    private final ContactErasure erasure;

    ContactController(
            ContactService service,
            @Named(ContactsModule.NAME) Idempotency idempotency,
            ContactsConfig config,
            ContactErasure erasure) {
        this.service = service;
        this.idempotency = idempotency;
        this.config = config;
        this.erasure = erasure;
    }

    @Post
    @TakesIdempotencyKey
    HttpResponse<ContactResponse> create(Caller caller, HttpRequest<?> http, @Body ContactRequest request) {
        return idempotency.once(caller, http, request, tx -> {
            ContactResponse contact = ContactResponse.of(service.create(tx, caller, fields(request)));
            return contact.tag().on(HttpResponse.created(contact, URI.create("/api/contacts/" + contact.id())));
        });
    }

    @Get("/{id}")
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    HttpResponse<ContactResponse> get(
            Caller caller, String id, @Nullable @Header(HttpHeaders.IF_NONE_MATCH) String ifNoneMatch) {
        ContactResponse contact = ContactResponse.of(service.get(caller, uuid(id)));
        return contact.tag().unlessKnown(ifNoneMatch, contact);
    }

    /**
     * By creation, the oldest first, or with {@code sort=-createdAt} the newest.
     *
     * <p>Filters, all of which must hold: {@code tag}, {@code source}, {@code locale}, {@code timeZone}, {@code domain} (of an
     * address), {@code attributes.<name>}, each more than once if need be, and {@code createdAfter}, {@code createdBefore}.
     *
     * @param email only the contact with this address, without regard to case
     * @param q words of names, addresses and company, each found by its beginning
     */
    @Get
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    Page<ContactResponse> list(
            Caller caller,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor,
            @Nullable @QueryValue String email,
            @Nullable @QueryValue String q,
            HttpRequest<?> http) {
        int most = Page.limit(limit);
        ContactFilter filter = ContactFilter.of(http.getParameters());
        String address = Texts.trimmed("email", email);
        List<Contact> rows = address == null
                ? service.list(caller, filter, Page.cursor(cursor), most + 1)
                : service.withAddress(caller, Contact.identity(address, null)).stream()
                        .toList();
        return Page.of(rows.stream().map(ContactResponse::of).toList(), most, ContactResponse::id);
    }

    /** Merges another contact into this one; the other is gone then. */
    @Post("/{id}/merge")
    @TakesIdempotencyKey
    HttpResponse<ContactResponse> merge(
            Caller caller,
            HttpRequest<?> http,
            String id,
            @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch,
            @Body MergeRequest request) {
        UUID into = uuid(id);
        UUID other = uuid(request.contactId());
        return idempotency.once(
                caller, http, request, tx -> changed(service.merge(tx, caller, into, new IfMatch(ifMatch), other)));
    }

    /** Changes what is named; an empty text removes a field, null as an attribute's value the attribute. */
    @Patch("/{id}")
    HttpResponse<ContactResponse> patch(
            Caller caller,
            String id,
            @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch,
            @Body ContactRequest request) {
        return changed(service.patch(caller, uuid(id), new IfMatch(ifMatch), fields(request)));
    }

    /** Replaces all fields and attributes; the tags too where they are named. */
    @Put("/{id}")
    HttpResponse<ContactResponse> put(
            Caller caller,
            String id,
            @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch,
            @Body ContactRequest request) {
        return changed(service.replace(caller, uuid(id), new IfMatch(ifMatch), fields(request)));
    }

    /**
     * Deletes the contact.
     *
     * @param erase {@code true} or {@code false}: also forgets the person: in all services, in events, in what is kept for replays; within a minute
     */
    @Delete("/{id}")
    @Status(HttpStatus.NO_CONTENT)
    void delete(
            Caller caller,
            String id,
            @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch,
            @Parameter(schema = @Schema(type = "boolean")) @Nullable @QueryValue String erase) {
        if (Flag.of("erase", erase)) {
            erasure.erase(caller, uuid(id), new IfMatch(ifMatch));
        } else {
            service.delete(caller, uuid(id), new IfMatch(ifMatch));
        }
    }

    @Put("/{id}/tags/{tag}")
    HttpResponse<ContactResponse> tag(
            Caller caller, String id, String tag, @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch) {
        return changed(service.tag(caller, uuid(id), new IfMatch(ifMatch), ContactFields.tag(tag)));
    }

    @Delete("/{id}/tags/{tag}")
    HttpResponse<ContactResponse> untag(
            Caller caller, String id, String tag, @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch) {
        return changed(service.untag(caller, uuid(id), new IfMatch(ifMatch), ContactFields.tag(tag)));
    }

    private static HttpResponse<ContactResponse> changed(Contact contact) {
        ContactResponse response = ContactResponse.of(contact);
        return response.tag().ok(response);
    }

    private ContactFields fields(ContactRequest request) {
        return ContactFields.of(
                new ContactFields.Said(
                        request.email(),
                        request.phone(),
                        request.firstName(),
                        request.lastName(),
                        request.source(),
                        request.timeZone(),
                        request.locale(),
                        request.emails(),
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

    /** @param contactId the one that is merged into the other, and deleted */
    @Serdeable
    record MergeRequest(String contactId) {}

    @Serdeable
    record ContactRequest(
            @Nullable String email,
            @Nullable String phone,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String source,
            @Nullable String timeZone,
            @Nullable String locale,
            @Nullable List<String> emails,
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
            @Nullable String timeZone,
            @Nullable String locale,
            List<String> emails,
            @Nullable String phoneRaw,
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
                    contact.timeZone(),
                    contact.locale(),
                    contact.emails(),
                    contact.phoneRaw(),
                    contact.attributes(),
                    contact.tags(),
                    contact.version(),
                    contact.createdAt(),
                    contact.updatedAt());
        }

        EntityTag tag() {
            return EntityTag.of(version);
        }
    }
}
