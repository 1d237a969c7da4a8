package com.alumoutreach.segments.rule;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What rules can see of a contact: for each key its values as texts, and those that are numbers or dates as such. Stored as JSON
 * beside the contact: {@code {"email":"a@b.c",".age":"42","#.age":42,"@.renewal":1767225600000}}, one value as itself, several as
 * a list.
 *
 * <p>Keys: the fields by their names, attributes with a dot before their name, consent as {@code consent.<channel>[.<topic>]}.
 */
public final class Facts {
    static final String NUMBER = "#";
    static final String DATE = "@";

    private final Map<String, List<Value>> values = new LinkedHashMap<>();

    /** A field whose values are texts and nothing else. */
    public Facts text(String key, @Nullable String value) {
        return value == null ? this : add(key, Value.plain(value));
    }

    public Facts texts(String key, Collection<String> texts) {
        texts.stream().filter(Objects::nonNull).forEach(text -> add(key, Value.plain(text)));
        return this;
    }

    /** @param millis since 1970 */
    public Facts date(String key, @Nullable Long millis) {
        return millis == null ? this : add(key, new Value(millis.toString(), null, millis));
    }

    /** An attribute: a text, a number, a truth value or a list of them. */
    public Facts attribute(String name, @Nullable Object value) {
        String key = attributeKey(name);
        if (value instanceof Collection<?> many) {
            many.stream().filter(Objects::nonNull).forEach(one -> add(key, Value.of(one)));
        } else if (value != null) {
            add(key, Value.of(value));
        }
        return this;
    }

    /** @param key the channel, or channel and topic with a dot between them */
    public Facts consent(String key, String state) {
        return add(Value.fold("consent." + key), Value.plain(state));
    }

    static String attributeKey(String name) {
        return "." + Value.storable(name);
    }

    private Facts add(String key, Value value) {
        List<Value> before = values.get(key);
        if (before == null) {
            values.put(key, List.of(value));
        } else if (!before.contains(value)) {
            List<Value> more = new ArrayList<>(before);
            more.add(value);
            values.put(key, more);
        }
        return this;
    }

    List<Value> of(String key) {
        return values.getOrDefault(key, List.of());
    }

    /** The keys under which the two differ. */
    public Set<String> changedSince(Facts before) {
        Set<String> changed = new HashSet<>();
        values.forEach((key, now) -> {
            if (!now.equals(before.of(key))) {
                changed.add(key);
            }
        });
        before.values.keySet().stream().filter(key -> !values.containsKey(key)).forEach(changed::add);
        return changed;
    }

    public String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = EventCodec.mapper().getFactory().createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, List<Value>> entry : values.entrySet()) {
                String key = entry.getKey();
                List<Value> all = entry.getValue();
                write(json, key, all.stream().map(Value::text).toList());
                write(
                        json,
                        NUMBER + key,
                        all.stream().map(Value::number).filter(Objects::nonNull).toList());
                write(
                        json,
                        DATE + key,
                        all.stream().map(Value::date).filter(Objects::nonNull).toList());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, String key, List<?> values) throws IOException {
        if (values.isEmpty()) {
            return;
        }
        json.writeFieldName(key);
        if (values.size() == 1) {
            write(json, values.getFirst());
            return;
        }
        json.writeStartArray();
        for (Object value : values) {
            write(json, value);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        switch (value) {
            case BigDecimal number -> json.writeNumber(number.toPlainString());
            case Long date -> json.writeNumber(date);
            default -> json.writeString(value.toString());
        }
    }
}
