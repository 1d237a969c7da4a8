package com.alumoutreach.templates.template;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.template.TemplateCreated;
import com.alumoutreach.contracts.template.TemplateUpdated;
import com.alumoutreach.templates.TemplatesModule;
import com.alumoutreach.templates.template.TemplateController.TemplateRequest;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** Keeps templates; each version is an event that carries its whole content. */
@Singleton
class TemplateService {
    /** As JSON. An event carries 900,000 bytes, and the command to send adds up to 200,000 of a contact's variables. */
    private static final int MAX_CONTENT_BYTES = 600_000;

    private final Database database;
    private final EventLog log;

    TemplateService(Database database, @Named(TemplatesModule.NAME) EventLog log) {
        this.database = database;
        this.log = log;
    }

    Template create(Handle tx, Caller caller, TemplateRequest request) {
        Template template = template(EventIds.next(), request, 1);
        bind(
                        tx.createUpdate("INSERT INTO templates.templates"
                                + " (id, tenant_id, name, channel, subject, html, body_text, version)"
                                + " VALUES (:id, :tenant, :name, :channel, :subject, :html, :text, :version)"),
                        caller,
                        template)
                .execute();
        log.append(
                tx,
                caller.context(),
                new TemplateCreated(
                        template.id().toString(),
                        template.name(),
                        template.channel(),
                        template.subject(),
                        template.html(),
                        template.text(),
                        template.version()));
        return template;
    }

    Template update(Caller caller, UUID id, IfMatch expected, TemplateRequest request) {
        return database.inTransaction(caller.tenantId(), tx -> {
            Template before = find(tx, caller, id, " FOR UPDATE");
            expected.check(before.version());
            Template after = template(id, request, before.version() + 1);
            bind(
                            tx.createUpdate("UPDATE templates.templates SET name = :name, channel = :channel,"
                                    + " subject = :subject, html = :html, body_text = :text, version = :version"
                                    + " WHERE tenant_id = :tenant AND id = :id"),
                            caller,
                            after)
                    .execute();
            log.append(
                    tx,
                    caller.context(),
                    new TemplateUpdated(
                            id.toString(),
                            after.name(),
                            after.channel(),
                            after.subject(),
                            after.html(),
                            after.text(),
                            after.version()));
            return after;
        });
    }

    Template get(Caller caller, UUID id) {
        return database.inTransaction(caller.tenantId(), tx -> find(tx, caller, id, ""));
    }

    List<Template> list(Caller caller, UUID after, int limit) {
        return database.inTransaction(
                caller.tenantId(),
                tx -> tx.createQuery(
                                "SELECT * FROM templates.templates WHERE tenant_id = :tenant AND id > :after ORDER BY id LIMIT :limit")
                        .bind("tenant", caller.tenantId())
                        .bind("after", after)
                        .bind("limit", limit)
                        .map((row, context) -> read(row))
                        .list());
    }

    private static Template find(Handle tx, Caller caller, UUID id, String lock) {
        return tx.createQuery("SELECT * FROM templates.templates WHERE tenant_id = :tenant AND id = :id" + lock)
                .bind("tenant", caller.tenantId())
                .bind("id", id)
                .map((row, context) -> read(row))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("template", id.toString()));
    }

    private static Template read(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Template(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("channel"),
                row.getString("subject"),
                row.getString("html"),
                row.getString("body_text"),
                row.getLong("version"));
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Caller caller, Template template) {
        return statement
                .bind("id", template.id())
                .bind("tenant", caller.tenantId())
                .bind("name", template.name())
                .bind("channel", template.channel())
                .bind("subject", template.subject())
                .bind("html", template.html())
                .bind("text", template.text())
                .bind("version", template.version());
    }

    private static Template template(UUID id, TemplateRequest request, long version) {
        if (request.html() == null && request.text() == null) {
            throw ProblemException.badRequest("INVALID_TEMPLATE", "A template needs html or text");
        }
        checkSize(request);
        Stream.of(request.subject(), request.html(), request.text())
                .filter(Objects::nonNull)
                .forEach(Liquid::check);
        return new Template(id, request.name(), "email", request.subject(), request.html(), request.text(), version);
    }

    private static void checkSize(TemplateRequest request) {
        String content = EventCodec.mapper()
                .createArrayNode()
                .add(request.subject())
                .add(request.html())
                .add(request.text())
                .toString();
        if (content.getBytes(StandardCharsets.UTF_8).length > MAX_CONTENT_BYTES) {
            throw ProblemException.badRequest(
                    "TEMPLATE_TOO_LARGE",
                    "Subject, html and text together have at most " + MAX_CONTENT_BYTES + " bytes of JSON");
        }
    }
}
