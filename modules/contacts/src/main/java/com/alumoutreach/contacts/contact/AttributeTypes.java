package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.http.ProblemException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The types that a tenant declared for its attributes. What has no type is kept as it comes. */
public record AttributeTypes(Map<String, Type> byName) {
    static final int MAX_TYPES = 500;
    private static final int MAX_DIGITS = 60;

    /** What a value is made into, from whatever says the same: a file knows only texts. */
    public enum Type {
        TEXT,
        NUMBER,
        BOOLEAN,
        /** A date, or a time with its offset, kept in the form of ISO 8601. */
        DATE,
        /** Texts; one text is split at commas and semicolons. */
        LIST;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @throws ProblemException INVALID_ATTRIBUTE_TYPE */
        static Type of(@Nullable String wireName) {
            return Arrays.stream(values())
                    .filter(type -> type.wireName().equals(wireName))
                    .findFirst()
                    .orElseThrow(() -> ProblemException.badRequest(
                            "INVALID_ATTRIBUTE_TYPE", "type must be text, number, boolean, date or list"));
        }
    }

    /** Those of a tenant. */
    public static AttributeTypes of(Handle tx, String tenant) {
        Map<String, Type> types = new TreeMap<>();
        tx.createQuery("SELECT name, type FROM contacts.attribute_types WHERE tenant_id = :tenant")
                .bind("tenant", tenant)
                .map((row, context) -> Map.entry(row.getString(1), Type.of(row.getString(2))))
                .forEach(entry -> types.put(entry.getKey(), entry.getValue()));
        return new AttributeTypes(types);
    }

    static void put(Handle tx, String tenant, String name, Type type) {
        tx.createUpdate("INSERT INTO contacts.attribute_types (tenant_id, name, type) VALUES (:tenant, :name, :type)"
                        + " ON CONFLICT (tenant_id, name) DO UPDATE SET type = excluded.type")
                .bind("tenant", tenant)
                .bind("name", name)
                .bind("type", type.wireName())
                .execute();
    }

    static int remove(Handle tx, String tenant, String name) {
        return tx.createUpdate("DELETE FROM contacts.attribute_types WHERE tenant_id = :tenant AND name = :name")
                .bind("tenant", tenant)
                .bind("name", name)
                .execute();
    }

    /**
     * The fields with each attribute in its type.
     *
     * @throws ProblemException INVALID_ATTRIBUTE for a value that cannot be of its type
     */
    public ContactFields applied(ContactFields fields) {
        if (byName.isEmpty() || fields.attributes().keySet().stream().noneMatch(byName::containsKey)) {
            return fields;
        }
        Map<String, @Nullable Object> typed = new TreeMap<>(fields.attributes());
        typed.replaceAll((name, value) -> {
            Type type = byName.get(name);
            return type == null || value == null ? value : typed(name, type, value);
        });
        return fields.withAttributes(typed);
    }

    private static Object typed(String name, Type type, Object value) {
        String text = value.toString().strip();
        return switch (type) {
            case TEXT -> value instanceof Collection || value instanceof Map ? refuse(name, type) : value.toString();
            case NUMBER -> value instanceof Number ? value : number(name, text);
            case BOOLEAN -> value instanceof Boolean ? value : truth(name, text);
            case DATE -> date(name, text);
            case LIST -> value instanceof Collection ? value : elements(text);
        };
    }

    private static Object number(String name, String text) {
        try {
            if (text.length() <= MAX_DIGITS && text.chars().noneMatch(c -> c == 'e' || c == 'E')) {
                return Attributes.number(new BigDecimal(text));
            }
        } catch (NumberFormatException e) {
            return refuse(name, Type.NUMBER);
        }
        return refuse(name, Type.NUMBER);
    }

    private static Object truth(String name, String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "y", "1", "on" -> true;
            case "false", "no", "n", "0", "off" -> false;
            default -> refuse(name, Type.BOOLEAN);
        };
    }

    private static Object date(String name, String text) {
        try {
            if (text.indexOf('T') < 0) {
                return LocalDate.parse(text).toString();
            }
            return text.endsWith("Z")
                    ? Instant.parse(text).toString()
                    : OffsetDateTime.parse(text).toInstant().toString();
        } catch (DateTimeException e) {
            return refuse(name, Type.DATE);
        }
    }

    private static List<String> elements(String text) {
        return Arrays.stream(text.split("[,;]"))
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }

    private static Object refuse(String name, Type type) {
        throw ProblemException.badRequest(
                "INVALID_ATTRIBUTE", "The attribute " + name + " is a " + type.wireName() + " in this tenant");
    }
}
