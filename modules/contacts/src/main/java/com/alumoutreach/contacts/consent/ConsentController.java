package com.alumoutreach.contacts.consent;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.EntityTag;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.contacts.contact.Texts;
import com.alumoutreach.contracts.EventCodec;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a contact agreed to, for callers of the API. */
@Controller("/api/contacts/{id}/consents")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class ConsentController {
    private static final int MAX_PROOF = 10_000;

    private final ConsentService service;

    ConsentController(ConsentService service) {
        this.service = service;
    }

    @Get
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    ConsentList list(Caller caller, String id) {
        return ConsentList.of(service.get(caller, uuid(id)));
    }

    /**
     * Grants or revokes; with {@code doubleOptIn} the contact is asked by mail, and the state is {@code requested} until it
     * confirms.
     *
     * @param topic everything on the channel without it
     */
    @Put("/{channel}")
    HttpResponse<ConsentList> put(
            Caller caller,
            String id,
            String channel,
            @Nullable @QueryValue String topic,
            @Nullable @Header(HttpHeaders.IF_MATCH) String ifMatch,
            @Body ConsentRequest request) {
        Consent.State state = Consent.State.of(request.state());
        if (state == Consent.State.REQUESTED) {
            throw ProblemException.badRequest("INVALID_CONSENT", "state must be granted or revoked");
        }
        Map<String, Object> proof = request.proof();
        Texts.checkJson("proof", proof);
        if (proof != null && EventCodec.mapper().valueToTree(proof).toString().length() > MAX_PROOF) {
            throw ProblemException.badRequest(
                    "INVALID_CONSENT", "proof has at most " + MAX_PROOF + " characters as JSON");
        }
        ConsentService.Word word = new ConsentService.Word(
                Consent.channel(channel),
                Consent.topic(topic),
                state,
                Texts.trimmed("source", request.source()),
                proof,
                Boolean.TRUE.equals(request.doubleOptIn()));
        ConsentService.Said said = service.put(caller, uuid(id), new IfMatch(ifMatch), word);
        return EntityTag.of(said.contact().version()).ok(ConsentList.of(said));
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("contact", id);
        }
    }

    /** @param proof what shows it, kept and told with the event */
    @Serdeable
    record ConsentRequest(
            @Nullable String state,
            @Nullable String source,
            @Nullable Map<String, Object> proof,
            @Nullable Boolean doubleOptIn) {}

    /** @param topic null for everything on the channel */
    @Serdeable
    record ConsentResponse(
            String channel,
            @Nullable String topic,
            String state,
            @Nullable String source,
            @Nullable Map<String, Object> proof,
            Instant changedAt) {}

    @Serdeable
    record ConsentList(List<ConsentResponse> items) {
        static ConsentList of(ConsentService.Said said) {
            return new ConsentList(said.consents().stream()
                    .map(c -> new ConsentResponse(
                            c.channel(), c.topicOrNull(), c.state().wireName(), c.source(), c.proof(), c.changedAt()))
                    .toList());
        }
    }
}
