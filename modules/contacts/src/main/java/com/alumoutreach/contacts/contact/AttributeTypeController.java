package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** The types of a tenant's attributes. They hold for what is written from then on. */
@Controller("/api/contacts/attributes")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class AttributeTypeController {
    private final Database database;

    AttributeTypeController(Database database) {
        this.database = database;
    }

    @Get
    @Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME, Role.ANALYST_NAME})
    AttributeList list(Caller caller) {
        return database.inTransaction(
                caller.tenantId(),
                tx -> new AttributeList(AttributeTypes.of(tx, caller.tenantId()).byName().entrySet().stream()
                        .map(entry -> new AttributeType(
                                entry.getKey(), entry.getValue().wireName()))
                        .toList()));
    }

    @Put("/{name}")
    AttributeType put(Caller caller, String name, @Body TypeRequest request) {
        AttributeTypes.Type type = AttributeTypes.Type.of(request.type());
        String checked = Attributes.name(name);
        database.useTransaction(caller.tenantId(), tx -> {
            AttributeTypes known = AttributeTypes.of(tx, caller.tenantId());
            if (known.byName().size() >= AttributeTypes.MAX_TYPES
                    && !known.byName().containsKey(checked)) {
                throw ProblemException.badRequest(
                        "TOO_MANY_ATTRIBUTES", "At most " + AttributeTypes.MAX_TYPES + " attributes have a type");
            }
            AttributeTypes.put(tx, caller.tenantId(), checked, type);
        });
        return new AttributeType(checked, type.wireName());
    }

    @Delete("/{name}")
    @Status(HttpStatus.NO_CONTENT)
    void delete(Caller caller, String name) {
        String checked = Attributes.name(name);
        int removed =
                database.inTransaction(caller.tenantId(), tx -> AttributeTypes.remove(tx, caller.tenantId(), checked));
        if (removed == 0) {
            throw ProblemException.notFound("attribute type", name);
        }
    }

    @Serdeable
    record TypeRequest(String type) {}

    @Serdeable
    record AttributeType(String name, String type) {}

    @Serdeable
    record AttributeList(List<AttributeType> items) {}
}
