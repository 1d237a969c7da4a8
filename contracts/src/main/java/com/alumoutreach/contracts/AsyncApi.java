package com.alumoutreach.contracts;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes the AsyncAPI 3.0 document of everything that travels over NATS. */
final class AsyncApi {
    private AsyncApi() {}

    static ObjectNode document() {
        ObjectNode document = EventCodec.mapper().createObjectNode();
        document.put("asyncapi", "3.0.0");
        document.putObject("info")
                .put("title", "AlumOutreach events")
                .put("version", "1.0.0")
                .put(
                        "description",
                        "Every event and command, one channel a subject. The payload is the envelope; data is the event.");
        document.put("defaultContentType", "application/json");
        ObjectNode channels = document.putObject("channels");
        ObjectNode operations = document.putObject("operations");
        ObjectNode components = document.putObject("components");
        ObjectNode messages = components.putObject("messages");
        ObjectNode schemas = components.putObject("schemas");
        schemas.set("envelope", SchemaGenerator.envelope().without("$schema"));
        for (EventType type : EventCatalog.all()) {
            String name = type.recordType().getSimpleName();
            channels.putObject(name)
                    .put("address", type.subject())
                    .putObject("messages")
                    .putObject(name)
                    .put("$ref", "#/components/messages/" + name);
            operations
                    .putObject("receive" + name)
                    .put("action", "receive")
                    .putObject("channel")
                    .put("$ref", "#/channels/" + name);
            schemas.set(name, SchemaGenerator.schema(type).without("$schema"));
            ObjectNode message = messages.putObject(name);
            message.put("name", type.subject()).put("title", type.subject() + " " + type.version());
            ObjectNode payload = message.putObject("payload");
            payload.putArray("allOf").addObject().put("$ref", "#/components/schemas/envelope");
            payload.putObject("properties").putObject("data").put("$ref", "#/components/schemas/" + name);
        }
        return document;
    }
}
