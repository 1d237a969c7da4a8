package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.contact.Texts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a file is which field: {@code email, emails, phone, firstName, lastName, source, tags, timeZone, locale,
 * consent.<channel>[.<topic>], attributes.<name>} or {@code ignore}. Columns that nobody mapped are guessed by their header, and
 * become attributes where there is nothing to guess.
 */
record ColumnMapping(Map<String, String> byHeader) {
    private static final int MAX_ATTRIBUTE_NAME = 200;
    private static final Map<String, Field.Kind> GUESSES = Map.ofEntries(
            Map.entry("email", Field.Kind.EMAIL),
            Map.entry("emailaddress", Field.Kind.EMAIL),
            Map.entry("mail", Field.Kind.EMAIL),
            Map.entry("phone", Field.Kind.PHONE),
            Map.entry("phonenumber", Field.Kind.PHONE),
            Map.entry("mobile", Field.Kind.PHONE),
            Map.entry("firstname", Field.Kind.FIRST_NAME),
            Map.entry("givenname", Field.Kind.FIRST_NAME),
            Map.entry("lastname", Field.Kind.LAST_NAME),
            Map.entry("surname", Field.Kind.LAST_NAME),
            Map.entry("familyname", Field.Kind.LAST_NAME),
            Map.entry("source", Field.Kind.SOURCE),
            Map.entry("tags", Field.Kind.TAGS),
            Map.entry("timezone", Field.Kind.TIME_ZONE),
            Map.entry("locale", Field.Kind.LOCALE));

    /** @throws ProblemException INVALID_MAPPING for a field that does not exist; INVALID_TEXT */
    ColumnMapping {
        Texts.checkJson("mapping", byHeader);
        byHeader.values().forEach(field -> {
            Optional<Field> named = Field.named(field);
            if (named.isEmpty()
                    || named.get().kind() == Field.Kind.ATTRIBUTE
                            && (named.get().name().isBlank()
                                    || named.get().name().length() > MAX_ATTRIBUTE_NAME)) {
                throw ProblemException.badRequest("INVALID_MAPPING", "There is no field " + shortened(field));
            }
        });
    }

    /**
     * The field of each column, in the order of the header: as it was said; else by the whole header ({@code E-Mail}); else by
     * its end, for the first such column ({@code work_email}); else an attribute. A second column of addresses has further
     * ones; an attribute that comes twice gets a number.
     *
     * @throws UnreadableFileException when no column is an email or a phone, or one has a name that is too long
     */
    List<Field> fields(List<String> header) {
        @Nullable Field[] fields = new Field[header.size()];
        Set<Field> taken = new HashSet<>();
        for (int i = 0; i < fields.length; i++) {
            fields[i] = free(said(header.get(i).strip()), taken);
        }
        for (int i = 0; i < fields.length; i++) {
            if (fields[i] == null) {
                fields[i] = free(guessByEnd(i, header.get(i).strip(), taken), taken);
            }
        }
        List<Field> all = new ArrayList<>(fields.length);
        for (@Nullable Field field : fields) {
            all.add(field == null ? Field.IGNORE : field);
        }
        if (!taken.contains(Field.of(Field.Kind.EMAIL)) && !taken.contains(Field.of(Field.Kind.PHONE))) {
            throw new UnreadableFileException("No column is mapped to email or phone");
        }
        return all;
    }

    /** The field of a key of an object; null when nobody mapped it and there is nothing to guess. */
    @Nullable
    Field said(String column) {
        if (column.isEmpty()) {
            return Field.IGNORE;
        }
        String said = byHeader.get(column);
        if (said != null) {
            return Field.named(said).orElse(Field.IGNORE);
        }
        Field.Kind guessed = GUESSES.get(plain(column));
        if (guessed != null) {
            return Field.of(guessed);
        }
        return Field.named(column)
                .filter(field ->
                        field.kind() != Field.Kind.IGNORE && field.name().length() <= MAX_ATTRIBUTE_NAME)
                .orElse(null);
    }

    private static Field guessByEnd(int number, String column, Set<Field> taken) {
        return Stream.of(Field.Kind.EMAIL, Field.Kind.PHONE, Field.Kind.FIRST_NAME, Field.Kind.LAST_NAME)
                .map(Field::of)
                .filter(field -> !taken.contains(field) && plain(column).endsWith(plain(field.wireName())))
                .findFirst()
                .orElseGet(() -> attribute(number, column));
    }

    private static Field attribute(int number, String column) {
        if (column.length() > MAX_ATTRIBUTE_NAME) {
            throw new UnreadableFileException("The name of column " + (number + 1) + " has more than "
                    + MAX_ATTRIBUTE_NAME + " characters; map it to a field, or to ignore");
        }
        return Field.attribute(column);
    }

    /** The field itself, or what its second column is. */
    private static @Nullable Field free(@Nullable Field field, Set<Field> taken) {
        if (field == null || field.repeatable() || taken.add(field)) {
            return field;
        }
        if (field.kind() == Field.Kind.EMAIL) {
            return Field.of(Field.Kind.EMAILS);
        }
        if (field.kind() == Field.Kind.CONSENT) {
            return field;
        }
        String name = field.wireName().replaceFirst("^attributes\\.", "");
        for (int i = 2; ; i++) {
            Field next = Field.attribute(name + " " + i);
            if (taken.add(next)) {
                return next;
            }
        }
    }

    private static String plain(String column) {
        return column.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }

    private static String shortened(String field) {
        return field.length() <= MAX_ATTRIBUTE_NAME ? field : field.substring(0, MAX_ATTRIBUTE_NAME) + "…";
    }
}
