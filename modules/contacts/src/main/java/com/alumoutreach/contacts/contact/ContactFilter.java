package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.http.ProblemException;
import io.micronaut.http.HttpParameters;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which contacts a list asks for.
 *
 * @param words found in names, addresses and company, each by its beginning
 * @param values field to the values that all must be there
 * @param newestFirst by creation; else the oldest comes first
 */
record ContactFilter(
        @Nullable String words,
        Map<String, List<String>> values,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore,
        boolean newestFirst) {
    private static final Set<String> PAGING = Set.of("limit", "cursor", "email", "sort", "q");
    private static final Set<String> FIELDS = Set.of("source", "locale", "timeZone", "domain");

    /** An id has room for the milliseconds of 48 bits: until the year 10889. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
    private static final String TIMES = "createdAfter and createdBefore are dates (2026-11-21) or times"
            + " (2026-11-21T08:00:00Z) of the years 1900 to 9999";
    private static final int MAX_VALUES = 20;
    private static final int MAX_LENGTH = 200;

    /** @throws ProblemException INVALID_FILTER for a parameter that does not exist, or a value that cannot be */
    static ContactFilter of(HttpParameters query) {
        Map<String, List<String>> values = new TreeMap<>();
        Instant after = null;
        Instant before = null;
        int count = 0;
        for (Map.Entry<String, List<String>> parameter : query.asMap().entrySet()) {
            String name = parameter.getKey();
            List<String> given = parameter.getValue();
            count += given.size();
            if (given.stream().anyMatch(value -> value.length() > MAX_LENGTH) || count > MAX_VALUES) {
                throw invalid("A filter has at most " + MAX_VALUES + " values of " + MAX_LENGTH + " characters");
            }
            switch (name) {
                case "createdAfter" -> after = time(given.getLast());
                case "createdBefore" -> before = time(given.getLast());
                case "tag" -> values.put("tags", given);
                default -> {
                    if (FIELDS.contains(name) || (name.startsWith("attributes.") && name.length() > 11)) {
                        values.put(name, given);
                    } else if (!PAGING.contains(name)) {
                        throw invalid("There is no filter " + name);
                    }
                }
            }
        }
        String sort = query.getFirst("sort").orElse("createdAt");
        if (!sort.equals("createdAt") && !sort.equals("-createdAt")) {
            throw invalid("sort must be createdAt or -createdAt");
        }
        return new ContactFilter(query.getFirst("q").orElse(null), values, after, before, sort.startsWith("-"));
    }

    /** As a {@code tsquery}; empty when it asks for no words and values. */
    String terms(String tenant) {
        return SearchTerms.query(tenant, words, values);
    }

    /** The least id it can be, exclusive; ids of UUIDv7 begin with their time. */
    UUID low(UUID cursor) {
        UUID first = createdAfter == null ? new UUID(0, 0) : idAt(createdAfter);
        return newestFirst || isBefore(cursor, first) ? first : cursor;
    }

    UUID high(UUID cursor) {
        UUID last = createdBefore == null ? new UUID(-1, -1) : idAt(createdBefore);
        boolean begins = cursor.equals(new UUID(0, 0));
        return newestFirst && !begins && isBefore(cursor, last) ? cursor : last;
    }

    /** Whether what was found by a hash has the values. */
    boolean matches(Contact contact) {
        return values.entrySet().stream()
                .allMatch(wanted -> held(contact, wanted.getKey()).containsAll(lower(wanted.getValue())));
    }

    private static Set<String> held(Contact contact, String field) {
        Set<String> held = new HashSet<>();
        switch (field) {
            case "tags" -> contact.tags().forEach(tag -> add(tag, held));
            case "source" -> add(contact.source(), held);
            case "locale" -> add(contact.locale(), held);
            case "timeZone" -> add(contact.timeZone(), held);
            case "domain" -> {
                add(domain(contact.email()), held);
                contact.emails().forEach(email -> add(domain(email), held));
            }
            default -> add(contact.attributes().get(field.substring("attributes.".length())), held);
        }
        return held;
    }

    private static void add(@Nullable Object value, Set<String> into) {
        if (value instanceof Collection<?> elements) {
            elements.forEach(element -> add(element, into));
        } else if (value != null) {
            into.add(value.toString().toLowerCase(Locale.ROOT));
        }
    }

    private static @Nullable String domain(@Nullable String email) {
        return email == null ? null : email.substring(email.indexOf('@') + 1);
    }

    private static List<String> lower(List<String> values) {
        return values.stream().map(value -> value.toLowerCase(Locale.ROOT)).toList();
    }

    private static boolean isBefore(UUID a, UUID b) {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0
                ? high < 0
                : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits()) < 0;
    }

    private static UUID idAt(Instant time) {
        return new UUID(Math.max(0, time.toEpochMilli()) << 16, 0);
    }

    private static Instant time(String value) {
        try {
            Instant time = value.indexOf('T') < 0
                    ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(value);
            if (!time.isBefore(EARLIEST) && !time.isAfter(LATEST)) {
                return time;
            }
        } catch (DateTimeException e) {
            throw invalid(TIMES);
        }
        throw invalid(TIMES);
    }

    private static ProblemException invalid(String detail) {
        return ProblemException.badRequest("INVALID_FILTER", detail);
    }
}
