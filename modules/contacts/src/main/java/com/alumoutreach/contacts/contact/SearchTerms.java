package com.alumoutreach.contacts.contact;

import java.text.Normalizer;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The terms by which a contact is found, as Postgres' {@code tsvector} and {@code tsquery}: words of names, addresses and
 * company, found by their beginning, and values of fields and attributes, found as a whole. Each term begins with a hash of
 * the tenant, so that the index of a word does not hold other tenants' contacts.
 */
public final class SearchTerms {
    private static final int MAX_WORD = 60;
    private static final int MAX_WORDS = 10;
    private static final Pattern SEPARATORS = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");
    private static final List<String> NAMES = List.of("company", "organization", "organisation", "employer");
    private static final String WORD = ":";
    private static final String VALUE = "=";

    private SearchTerms() {}

    /** The text of a {@code tsvector}. */
    public static String of(Contact contact) {
        Set<String> terms = new TreeSet<>();
        String tenant = tenant(contact.tenantId());
        words(tenant, contact.firstName(), terms);
        words(tenant, contact.lastName(), terms);
        address(tenant, contact.email(), terms);
        contact.emails().forEach(email -> address(tenant, email, terms));
        words(tenant, contact.phone(), terms);
        value(tenant, "source", contact.source(), terms);
        value(tenant, "locale", contact.locale(), terms);
        value(tenant, "timeZone", contact.timeZone(), terms);
        contact.tags().forEach(tag -> value(tenant, "tags", tag, terms));
        contact.attributes().forEach((name, value) -> {
            attribute(tenant, name, value, terms);
            if (value instanceof String text && NAMES.contains(name.toLowerCase(Locale.ROOT))) {
                words(tenant, text, terms);
            }
        });
        StringBuilder text = new StringBuilder();
        terms.forEach(term -> quoted(term, text).append(' '));
        return text.toString();
    }

    /**
     * The text of a {@code tsquery}: contacts that have each word, by its beginning, and each of the values.
     *
     * @param values field ({@code source, locale, timeZone, tags, attributes.<name>}) to the values that it must have
     */
    static String query(String tenantId, @Nullable String words, Map<String, List<String>> values) {
        Set<String> asked = new LinkedHashSet<>();
        String tenant = tenant(tenantId);
        Set<String> named = new LinkedHashSet<>();
        words(tenant, words, named);
        named.stream().limit(MAX_WORDS).forEach(word -> asked.add(quoted(word, new StringBuilder()) + ":*"));
        values.forEach((field, wanted) -> {
            String name = field.startsWith("attributes.") ? field.substring("attributes.".length()) : field;
            Set<String> exact = new LinkedHashSet<>();
            wanted.forEach(value -> {
                if (field.startsWith("attributes.")) {
                    attribute(tenant, name, value, exact);
                } else {
                    value(tenant, name, value, exact);
                }
            });
            exact.forEach(term -> asked.add(quoted(term, new StringBuilder()).toString()));
        });
        return String.join(" & ", asked);
    }

    private static void address(String tenant, @Nullable String email, Set<String> terms) {
        if (email == null) {
            return;
        }
        words(tenant, email, terms);
        String domain = email.substring(email.indexOf('@') + 1).toLowerCase(Locale.ROOT);
        value(tenant, "domain", domain, terms);
    }

    private static void words(String tenant, @Nullable String text, Set<String> terms) {
        if (text == null) {
            return;
        }
        for (String word : SEPARATORS.split(plain(text))) {
            if (!word.isEmpty()) {
                terms.add(tenant + WORD + word.substring(0, Math.min(word.length(), MAX_WORD)));
            }
        }
    }

    private static void attribute(String tenant, String name, @Nullable Object value, Set<String> terms) {
        if (value instanceof Collection<?> elements) {
            elements.forEach(element -> attribute(tenant, name, element, terms));
        } else if (value != null && !(value instanceof Map)) {
            value(tenant, "attributes." + name, value.toString(), terms);
        }
    }

    /** A hash in the place of the value: values may be long. What was found is compared once more. */
    private static void value(String tenant, String field, @Nullable String value, Set<String> terms) {
        if (value != null) {
            // FNV-1a: quick, and unlike that of a String it does not take one pair of characters for another.
            long hash = 0xcbf29ce484222325L;
            String text = field + '\0' + value.toLowerCase(Locale.ROOT);
            for (int i = 0; i < text.length(); i++) {
                hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
            }
            terms.add(tenant + VALUE + Long.toString(hash, Character.MAX_RADIX));
        }
    }

    private static String tenant(String id) {
        return Integer.toString(id.hashCode() & Integer.MAX_VALUE, Character.MAX_RADIX);
    }

    /** In lower case and without accents: who looks for jose finds José. */
    private static String plain(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (int i = 0; i < lower.length(); i++) {
            if (lower.charAt(i) > 127) {
                return ACCENTS.matcher(Normalizer.normalize(lower, Normalizer.Form.NFKD))
                        .replaceAll("");
            }
        }
        return lower;
    }

    private static StringBuilder quoted(String term, StringBuilder into) {
        into.append('\'');
        for (int i = 0; i < term.length(); i++) {
            char c = term.charAt(i);
            if (c == '\'' || c == '\\') {
                into.append(c);
            }
            into.append(c);
        }
        return into.append('\'');
    }
}
