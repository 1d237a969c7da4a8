package com.alumoutreach.contacts.importing;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a column goes.
 *
 * @param name of the attribute; the channel of a consent and, after a dot, its topic; else empty
 */
record Field(Kind kind, String name) {
    private static final String ATTRIBUTE = "attributes.";
    private static final String CONSENT = "consent.";
    private static final Pattern CONSENT_NAME = Pattern.compile("(email|sms|whatsapp)(\\.[a-z0-9_.-]{1,100})?");

    static final Field IGNORE = new Field(Kind.IGNORE, "");

    /** What there is but attributes and consents, by its name in a mapping. */
    private static final Map<String, Kind> SINGLE = Stream.of(Kind.values())
            .filter(kind -> kind != Kind.ATTRIBUTE && kind != Kind.CONSENT)
            .collect(Collectors.toUnmodifiableMap(kind -> kind.wireName, kind -> kind));

    private static final Set<Kind> REPEATABLE = Set.of(Kind.EMAILS, Kind.TAGS, Kind.IGNORE);

    enum Kind {
        EMAIL("email"),
        EMAILS("emails"),
        PHONE("phone"),
        FIRST_NAME("firstName"),
        LAST_NAME("lastName"),
        SOURCE("source"),
        TAGS("tags"),
        TIME_ZONE("timeZone"),
        LOCALE("locale"),
        CONSENT("consent"),
        ATTRIBUTE("attributes"),
        IGNORE("ignore");

        private final String wireName;

        Kind(String wireName) {
            this.wireName = wireName;
        }
    }

    static Field of(Kind kind) {
        return new Field(kind, "");
    }

    static Field attribute(String name) {
        return new Field(Kind.ATTRIBUTE, name);
    }

    /** As it is said in a mapping; empty when there is no such field. */
    static Optional<Field> named(String name) {
        if (name.startsWith(ATTRIBUTE) && name.length() > ATTRIBUTE.length()) {
            return Optional.of(attribute(name.substring(ATTRIBUTE.length())));
        }
        if (name.regionMatches(true, 0, CONSENT, 0, CONSENT.length())) {
            // As the API does with topics: a refusal must not depend on how a column is spelt.
            String of = name.substring(CONSENT.length()).toLowerCase(Locale.ROOT);
            return CONSENT_NAME.matcher(of).matches() ? Optional.of(new Field(Kind.CONSENT, of)) : Optional.empty();
        }
        return Optional.ofNullable(SINGLE.get(name)).map(Field::of);
    }

    boolean repeatable() {
        return REPEATABLE.contains(kind);
    }

    String wireName() {
        return name.isEmpty() ? kind.wireName : kind.wireName + "." + name;
    }
}
