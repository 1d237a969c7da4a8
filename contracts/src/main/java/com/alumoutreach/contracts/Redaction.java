package com.alumoutreach.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is personal out of an event's data. Ids, times, counts and codes stay, so that every figure stays, and what is left
 * still fits the event's schema. Redacting twice is the same as once.
 */
public final class Redaction {
    /** Stands where a required text was; no address, so that nothing can be sent to it. */
    public static final String PLACEHOLDER = "erased";

    private static final Map<String, Fields> BY_TYPE = new ConcurrentHashMap<>();

    private Redaction() {}

    /** @param replaced personal ones that the schema requires */
    private record Fields(Set<String> kept, Set<String> replaced, Set<String> dropped) {}

    /**
     * The data without what is personal. Of fields that the catalogue does not know, and of events of unknown type, only ids
     * stay ({@code …Id}).
     *
     * @param data is not changed
     */
    public static ObjectNode redacted(String type, ObjectNode data) {
        Fields fields = BY_TYPE.computeIfAbsent(type, Redaction::fields);
        ObjectNode result = EventCodec.mapper().createObjectNode();
        for (Map.Entry<String, JsonNode> field : data.properties()) {
            String name = field.getKey();
            if (fields.replaced().contains(name)) {
                result.put(name, PLACEHOLDER);
            } else if (fields.kept().contains(name)
                    || !fields.dropped().contains(name) && isId(name, field.getValue())) {
                result.set(name, field.getValue());
            }
        }
        return result;
    }

    /**
     * Whose event it is: the contact that it names, or that is its entity.
     *
     * @return null when it is about nobody
     */
    public static @Nullable String contactOf(JsonNode data, @Nullable EntityRef entity) {
        JsonNode named = data.path("contactId");
        if (named.isTextual()) {
            return named.textValue();
        }
        return entity != null && "contact".equals(entity.type()) ? entity.id() : null;
    }

    /**
     * The same for an event as it travels, whether or not it fits its schema; fields of the envelope that are not in its schema go.
     *
     * @param subject the type of an envelope that names none
     */
    public static ObjectNode redactedEnvelope(String subject, ObjectNode envelope) {
        ObjectNode result = envelope.deepCopy();
        result.retain(EventCodec.KNOWN_FIELDS);
        String type = envelope.path("type").asText(subject);
        result.set(
                "data",
                envelope.get("data") instanceof ObjectNode data
                        ? redacted(type, data)
                        : EventCodec.mapper().createObjectNode());
        return result;
    }

    /** As {@link #contactOf(JsonNode, EntityRef)}, of an event as it travels. */
    public static @Nullable String contactOf(JsonNode envelope) {
        JsonNode entity = envelope.path("entity");
        return contactOf(
                envelope.path("data"),
                entity.path("id").isTextual() && entity.path("type").isTextual()
                        ? new EntityRef(
                                entity.path("id").textValue(),
                                entity.path("type").textValue())
                        : null);
    }

    private static boolean isId(String name, JsonNode value) {
        return (name.equals("id") || name.endsWith("Id"))
                && value.isTextual()
                && value.textValue().length() <= SchemaGenerator.MAX_ID;
    }

    private static Fields fields(String type) {
        Set<String> kept = new HashSet<>();
        Set<String> replaced = new HashSet<>();
        Set<String> dropped = new HashSet<>();
        EventType known = EventCatalog.find(type).orElse(null);
        if (known == null) {
            return new Fields(kept, replaced, dropped);
        }
        for (RecordComponent component : known.recordType().getRecordComponents()) {
            if (!component.isAnnotationPresent(Personal.class)) {
                kept.add(component.getName());
            } else if (component.isAnnotationPresent(Required.class)) {
                replaced.add(component.getName());
            } else {
                dropped.add(component.getName());
            }
        }
        return new Fields(kept, replaced, dropped);
    }
}
