package com.alumoutreach.contacts.importing;

import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.ContactFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an import changed of a contact that was there.
 *
 * @param version that of the contact after it
 * @param before values by field, {@code attributes.<name>} each for itself; null where there was none
 * @param wrote the values that the import put in their place
 * @param tags that it added
 */
record ImportChange(
        UUID contactId,
        long version,
        Map<String, @Nullable Object> before,
        Map<String, @Nullable Object> wrote,
        List<String> tags) {
    private static final String ATTRIBUTE = "attributes.";

    static ImportChange of(Contact before, Contact after) {
        Map<String, @Nullable Object> old = values(before);
        Map<String, @Nullable Object> now = values(after);
        Set<String> names = new HashSet<>(old.keySet());
        names.addAll(now.keySet());
        names.removeIf(name -> Objects.equals(old.get(name), now.get(name)));
        Map<String, @Nullable Object> was = new TreeMap<>();
        Map<String, @Nullable Object> wrote = new TreeMap<>();
        names.forEach(name -> {
            was.put(name, old.get(name));
            wrote.put(name, now.get(name));
        });
        List<String> tags = new ArrayList<>(after.tags());
        tags.removeAll(before.tags());
        return new ImportChange(after.id(), after.version(), was, wrote, tags);
    }

    /** The contact has become this version by something else that the import did. */
    ImportChange ofVersion(long other) {
        return new ImportChange(contactId, other, before, wrote, tags);
    }

    private static Map<String, @Nullable Object> values(Contact contact) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("email", contact.email());
        values.put("phone", contact.phone());
        values.put("phoneRaw", contact.phoneRaw());
        values.put("firstName", contact.firstName());
        values.put("lastName", contact.lastName());
        values.put("source", contact.source());
        values.put("timeZone", contact.timeZone());
        values.put("locale", contact.locale());
        values.put("emails", contact.emails());
        contact.attributes().forEach((name, value) -> values.put(ATTRIBUTE + name, value));
        return values;
    }

    /**
     * A contact after undo.
     *
     * @param later fields that somebody changed after the import, which stay
     */
    record Undone(Contact contact, List<String> later) {}

    /** Puts a field back where it still has the value that the import wrote. */
    Undone undo(Contact current, Instant now) {
        Map<String, @Nullable Object> values = values(current);
        List<String> later = new ArrayList<>();
        Map<String, @Nullable Object> back = new LinkedHashMap<>();
        wrote.forEach((name, value) -> {
            if (Objects.equals(values.get(name), value)) {
                back.put(name, before.get(name));
            } else {
                later.add(name);
            }
        });
        if (later.contains("phone")) {
            back.remove("phoneRaw");
        }
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        Set<String> removed = new HashSet<>();
        back.forEach((name, value) -> {
            if (name.startsWith(ATTRIBUTE)) {
                attributes.put(name.substring(ATTRIBUTE.length()), value);
            } else if (value == null) {
                removed.add(name);
            }
        });
        List<String> kept = new ArrayList<>(current.tags());
        kept.removeAll(tags);
        ContactFields fields = new ContactFields(
                text(back, "email"),
                text(back, "phone"),
                text(back, "firstName"),
                text(back, "lastName"),
                text(back, "source"),
                text(back, "timeZone"),
                text(back, "locale"),
                emails(back.get("emails")),
                text(back, "phoneRaw"),
                attributes,
                kept,
                removed);
        return new Undone(current.patched(fields, now), later);
    }

    private static @Nullable String text(Map<String, @Nullable Object> values, String name) {
        return (String) values.get(name);
    }

    private static @Nullable List<String> emails(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : null;
    }
}
