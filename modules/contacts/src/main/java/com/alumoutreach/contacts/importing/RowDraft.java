package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.contact.ContactFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a row says, put together cell by cell. */
final class RowDraft {
    private static final Set<String> YES =
            Set.of("yes", "true", "1", "y", "on", "granted", "subscribed", "opt-in", "optin", "ja", "oui");
    private static final Set<String> NO = Set.of(
            "no",
            "false",
            "0",
            "n",
            "off",
            "revoked",
            "unsubscribed",
            "opt-out",
            "optout",
            "nein",
            "non",
            "bounced",
            "complained");

    private final Map<Field.Kind, String> single = new java.util.EnumMap<>(Field.Kind.class);
    private final Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
    private final Map<String, Boolean> consents = new LinkedHashMap<>();
    private @Nullable List<String> emails;
    private @Nullable List<String> tags;

    /**
     * A cell that is blank says nothing; of two for one field the first counts.
     *
     * @param value a text, number, boolean, list or object
     * @throws ProblemException INVALID_CONSENT
     */
    void put(Field field, Object value) {
        if (value instanceof String text) {
            String stripped = text.strip();
            if (!stripped.isEmpty()) {
                putSaid(field, stripped);
            }
        } else {
            putSaid(field, value);
        }
    }

    private void putSaid(Field field, Object value) {
        switch (field.kind()) {
            case IGNORE -> {}
            case ATTRIBUTE -> attributes.putIfAbsent(field.name(), value);
            case EMAILS -> emails = added(emails, value);
            case TAGS -> tags = added(tags, value);
            case CONSENT -> consent(field.name(), value.toString().toLowerCase(Locale.ROOT));
            default -> single.putIfAbsent(field.kind(), value.toString());
        }
    }

    /** No is stronger than yes. */
    private void consent(String name, String value) {
        if (NO.contains(value)) {
            consents.put(name, false);
        } else if (YES.contains(value)) {
            consents.putIfAbsent(name, true);
        } else {
            throw ProblemException.badRequest("INVALID_CONSENT", "consent is yes or no, or a word for one of them");
        }
    }

    private static List<String> added(@Nullable List<String> before, Object value) {
        List<String> all = before == null ? new ArrayList<>() : before;
        if (value instanceof Collection<?> elements) {
            elements.forEach(element -> all.add(String.valueOf(element)));
        } else {
            for (String part : value.toString().split("[,;]")) {
                if (!part.isBlank()) {
                    all.add(part.strip());
                }
            }
        }
        return all;
    }

    /** @param source of contacts whose row names none */
    ContactFields.Said said(@Nullable String source, @Nullable String tag) {
        List<String> allTags = tag == null ? tags : added(tags, List.of(tag));
        return new ContactFields.Said(
                single.get(Field.Kind.EMAIL),
                single.get(Field.Kind.PHONE),
                single.get(Field.Kind.FIRST_NAME),
                single.get(Field.Kind.LAST_NAME),
                single.getOrDefault(Field.Kind.SOURCE, source),
                single.get(Field.Kind.TIME_ZONE),
                single.get(Field.Kind.LOCALE),
                emails,
                attributes,
                allTags);
    }

    /** By channel and, after a dot, topic. */
    Map<String, Boolean> consents() {
        return consents;
    }
}
