package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.privacy.Exports;
import com.alumoutreach.contacts.ContactsConfig;
import com.alumoutreach.contacts.ContactsModule;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Everything that is known about a person, of all services (GDPR, article 15). */
@Controller("/api/contacts")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class ExportController {
    private final Database database;
    private final ContactRepository contacts;
    private final ContactErasure own;
    private final Exports others;
    private final ContactsConfig config;
    private final Clock clock;

    ExportController(
            Database database,
            ContactRepository contacts,
            ContactErasure own,
            Exports others,
            ContactsConfig config,
            Clock clock) {
        this.database = database;
        this.contacts = contacts;
        this.own = own;
        this.others = others;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Everything that is known about a contact, and about those that were merged into it. Waits 10 s at most for the other services; those that did not answer are in
     * {@code missing}.
     *
     * @param format {@code json} or {@code csv}
     */
    @Get(
            value = "/{id}/export",
            produces = {MediaType.APPLICATION_JSON, MediaType.TEXT_CSV})
    HttpResponse<String> export(Caller caller, String id, @QueryValue(defaultValue = "json") String format)
            throws JsonProcessingException {
        if (!format.equals("json") && !format.equals("csv")) {
            throw ProblemException.badRequest("INVALID_FORMAT", "format must be json or csv");
        }
        ObjectNode export = export(caller, id);
        boolean csv = format.equals("csv");
        return HttpResponse.ok(csv ? ExportCsv.of(export) : EventCodec.mapper().writeValueAsString(export))
                .contentType(csv ? MediaType.TEXT_CSV_TYPE : MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"contact." + format + "\"");
    }

    private ObjectNode export(Caller caller, String id) {
        String tenant = caller.tenantId();
        Map<String, JsonNode> known = uuid(id).flatMap(uuid -> database.inTransaction(
                        tenant, tx -> contacts.find(tx, tenant, uuid).map(contact -> known(tx, tenant, uuid))))
                .orElseThrow(() -> ProblemException.notFound("contact", id));
        List<String> sources = config.exportSources();
        var answers = others.ask(tenant, known.keySet(), sources, config.exportWait());
        ObjectNode export = EventCodec.mapper().createObjectNode();
        export.put("contactId", id);
        ArrayNode merged = export.putArray("mergedContactIds");
        known.keySet().stream().filter(person -> !person.equals(id)).forEach(merged::add);
        export.put("exportedAt", clock.instant().toString());
        ObjectNode services = export.putObject("services");
        services.set(ContactsModule.NAME, Exports.together(known.values()));
        services.setAll(answers);
        ArrayNode missing = export.putArray("missing");
        sources.stream().filter(source -> !answers.containsKey(source)).forEach(missing::add);
        return export;
    }

    /** What this service knows of the contact, and of each that was merged into it, by id; the contact comes first. */
    private Map<String, JsonNode> known(Handle tx, String tenant, UUID contact) {
        Map<String, JsonNode> known = new LinkedHashMap<>();
        known.put(contact.toString(), MissingNode.getInstance());
        own.persons(tx, tenant, contact).stream()
                .sorted()
                .forEach(person -> known.put(person, MissingNode.getInstance()));
        known.replaceAll((person, none) -> EventCodec.mapper().valueToTree(own.export(tx, tenant, person)));
        return known;
    }

    /** What is no id is nobody's id. */
    private static Optional<UUID> uuid(String id) {
        try {
            return Optional.of(UUID.fromString(id))
                    .filter(uuid -> uuid.toString().equals(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
