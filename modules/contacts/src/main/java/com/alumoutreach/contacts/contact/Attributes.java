package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.http.ProblemException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant keeps about a contact beyond our own fields: JSON values by name, in the one form in which they also come
 * back from Postgres, so that the same value sent twice is no change.
 */
final class Attributes {
    /** All attributes of a contact together; far below what an event may carry. */
    static final int MAX_CHARACTERS = 100_000;

    static final int MAX_COUNT = 200;
    private static final int MAX_NAME = 200;
    private static final int MAX_DEPTH = 20;

    /** Postgres' numeric would take more, but nobody counts that far. */
    private static final int MAX_DIGITS = 100;

    private static final BigInteger INT_MIN = BigInteger.valueOf(Integer.MIN_VALUE);
    private static final BigInteger INT_MAX = BigInteger.valueOf(Integer.MAX_VALUE);

    private Attributes() {}

    /** @throws ProblemException INVALID_ATTRIBUTE, INVALID_TEXT */
    static Map<String, @Nullable Object> checked(Map<String, ? extends @Nullable Object> attributes) {
        Map<String, @Nullable Object> checked = new TreeMap<>();
        attributes.forEach((name, value) -> {
            checked.put(name(name), canonical(value, 0));
        });
        return checked;
    }

    /** @throws ProblemException INVALID_ATTRIBUTE, INVALID_TEXT */
    static String name(String name) {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw invalid("The name of an attribute has 1 to " + MAX_NAME + " characters");
        }
        return Texts.checked("attributes", name);
    }

    /** @throws ProblemException TOO_MANY_ATTRIBUTES, ATTRIBUTES_TOO_LARGE */
    static void checkSize(Map<String, ? extends @Nullable Object> attributes) {
        if (attributes.size() > MAX_COUNT) {
            throw ProblemException.badRequest(
                    "TOO_MANY_ATTRIBUTES", "A contact has at most " + MAX_COUNT + " attributes");
        }
        if (weight(attributes) > MAX_CHARACTERS) {
            throw ProblemException.badRequest(
                    "ATTRIBUTES_TOO_LARGE", "A contact's attributes have at most " + MAX_CHARACTERS + " characters");
        }
    }

    private static @Nullable Object canonical(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw invalid("An attribute is nested at most " + MAX_DEPTH + " deep");
        }
        return switch (value) {
            case null -> null;
            case Boolean truth -> truth;
            case Number number -> number(number);
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> copy = new TreeMap<>();
                map.forEach((key, element) ->
                        copy.put(Texts.checked("attributes", String.valueOf(key)), canonical(element, depth + 1)));
                yield copy;
            }
            case Collection<?> elements -> {
                List<@Nullable Object> copy = new ArrayList<>(elements.size());
                elements.forEach(element -> copy.add(canonical(element, depth + 1)));
                yield copy;
            }
            default -> Texts.checked("attributes", value.toString());
        };
    }

    static Number number(Number value) {
        if (value instanceof Double floating && !Double.isFinite(floating)) {
            throw invalid("A number has at most " + MAX_DIGITS + " digits");
        }
        BigDecimal exact = new BigDecimal(value.toString());
        if (exact.precision() > MAX_DIGITS || Math.abs((long) exact.scale()) > MAX_DIGITS) {
            throw invalid("A number has at most " + MAX_DIGITS + " digits");
        }
        BigDecimal shortest = exact.stripTrailingZeros();
        if (shortest.scale() > 0) {
            return shortest;
        }
        BigInteger whole = shortest.toBigIntegerExact();
        if (whole.compareTo(INT_MIN) >= 0 && whole.compareTo(INT_MAX) <= 0) {
            return whole.intValueExact();
        }
        return whole.bitLength() < Long.SIZE ? (Number) whole.longValueExact() : whole;
    }

    private static long weight(@Nullable Object value) {
        return switch (value) {
            case null -> 4;
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .mapToLong(e -> 4 + e.getKey().toString().length() + weight(e.getValue()))
                        .sum();
            case Collection<?> elements ->
                elements.stream().mapToLong(element -> 2 + weight(element)).sum();
            case String text -> 2L + text.length();
            default -> value.toString().length();
        };
    }

    private static ProblemException invalid(String detail) {
        return ProblemException.badRequest("INVALID_ATTRIBUTE", detail);
    }
}
