package com.alumoutreach.backbone.probe;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import jakarta.inject.Named;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Appends one event a request, so that a test can say what was acknowledged. */
@Controller("/probe")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(SecurityRule.IS_ANONYMOUS)
@Requires(property = "probe.enabled", value = "true")
class ProbeController {
    private final Database database;
    private final EventLog log;

    ProbeController(Database database, @Named(ProbeModule.NAME) EventLog log) {
        this.database = database;
        this.log = log;
    }

    @Post("/contacts/{id}")
    @Status(HttpStatus.CREATED)
    void create(String id, @QueryValue(defaultValue = "web") String source) {
        database.useTransaction(
                ProbeModule.TENANT,
                tx -> log.append(
                        tx,
                        EventContext.background(ProbeModule.TENANT, id, "probe"),
                        ProbeModule.created(id, source, 1)));
    }

    /** Asks Postgres for the JSON that a text is. */
    @Post("/jsons/{text}")
    void json(String text) {
        database.useTransaction(
                ProbeModule.TENANT,
                tx -> tx.createQuery("SELECT (:text::jsonb)::text")
                        .bind("text", text)
                        .mapTo(String.class)
                        .one());
    }

    /** Asks Postgres for the number that a text is, past Jdbi. */
    @Post("/numbers/{text}")
    void number(String text) {
        database.useTransaction(ProbeModule.TENANT, tx -> {
            try (PreparedStatement statement = tx.getConnection().prepareStatement("SELECT ?::text::int")) {
                statement.setString(1, text);
                statement.executeQuery();
            } catch (SQLException e) {
                throw new IllegalStateException("No number", e);
            }
        });
    }
}
