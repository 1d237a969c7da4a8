package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.contact.ContactFields;
import de.siegmar.fastcsv.reader.CsvParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a file is which field: {@code email, phone, firstName, lastName, source, tags, attributes.<name>} or {@code
 * ignore}. Columns that nobody mapped are guessed by their header, and become attributes where there is nothing to guess.
 */
record ColumnMapping(Map<String, String> byHeader) {
    private static final String ATTRIBUTE = "attributes.";
    private static final Set<String> FIELDS =
            Set.of("email", "phone", "firstName", "lastName", "source", "tags", "ignore");
    private static final Map<String, String> GUESSES = Map.ofEntries(
            Map.entry("email", "email"),
            Map.entry("emailaddress", "email"),
            Map.entry("mail", "email"),
            Map.entry("phone", "phone"),
            Map.entry("phonenumber", "phone"),
            Map.entry("mobile", "phone"),
            Map.entry("firstname", "firstName"),
            Map.entry("givenname", "firstName"),
            Map.entry("lastname", "lastName"),
            Map.entry("surname", "lastName"),
            Map.entry("familyname", "lastName"),
            Map.entry("source", "source"),
            Map.entry("tags", "tags"));

    /** @throws ProblemException INVALID_MAPPING for a field that does not exist */
    ColumnMapping {
        byHeader.values().forEach(field -> {
            boolean attribute = field.startsWith(ATTRIBUTE) && field.length() > ATTRIBUTE.length();
            if (!attribute && !FIELDS.contains(field)) {
                throw ProblemException.badRequest("INVALID_MAPPING", "There is no field " + field);
            }
        });
    }

    /**
     * The field of each column, in the order of the header: as it was said; else by the whole header ({@code E-Mail}); else by
     * its end, for the first such column ({@code work_email}); else an attribute.
     *
     * @throws CsvParseException when no column is an email or a phone
     */
    List<String> fields(List<String> header) {
        Map<Integer, String> fields = new TreeMap<>();
        for (int i = 0; i < header.size(); i++) {
            String column = header.get(i).strip();
            String field = column.isEmpty() ? "ignore" : byHeader.getOrDefault(column, GUESSES.get(plain(column)));
            if (field != null) {
                fields.put(i, field);
            }
        }
        for (int i = 0; i < header.size(); i++) {
            if (!fields.containsKey(i)) {
                fields.put(i, guessByEnd(header.get(i).strip(), fields.values()));
            }
        }
        if (!fields.containsValue("email") && !fields.containsValue("phone")) {
            throw new CsvParseException("No column is mapped to email or phone");
        }
        return List.copyOf(fields.values());
    }

    private static String guessByEnd(String column, Collection<String> taken) {
        return Stream.of("email", "phone", "firstName", "lastName")
                .filter(field -> !taken.contains(field) && plain(column).endsWith(plain(field)))
                .findFirst()
                .orElse(ATTRIBUTE + column);
    }

    private static String plain(String column) {
        return column.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }

    static ContactFields.Said read(
            List<String> fields, List<String> values, @Nullable String source, @Nullable String tag) {
        Map<String, @Nullable String> known = new LinkedHashMap<>();
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            String field = fields.get(i);
            String value = values.get(i).strip();
            if (value.isBlank() || field.equals("ignore")) {
                continue;
            }
            if (field.startsWith(ATTRIBUTE)) {
                attributes.put(field.substring(ATTRIBUTE.length()), value);
            } else {
                known.put(field, value);
            }
        }
        return new ContactFields.Said(
                known.get("email"),
                known.get("phone"),
                known.get("firstName"),
                known.get("lastName"),
                known.getOrDefault("source", source),
                known.get("timeZone"),
                known.get("locale"),
                null,
                attributes,
                tags(known.get("tags"), tag));
    }

    private static @Nullable List<String> tags(@Nullable String inFile, @Nullable String ofImport) {
        List<String> tags = new ArrayList<>();
        if (inFile != null) {
            Arrays.stream(inFile.split("[,;]"))
                    .map(String::strip)
                    .filter(t -> !t.isEmpty())
                    .forEach(tags::add);
        }
        if (ofImport != null) {
            tags.add(ofImport);
        }
        return tags.isEmpty() ? null : tags;
    }
}
