package com.alumoutreach.segments.segment;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.segments.membership.ContactCopy;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One condition on a contact.
 *
 * @param field {@code email, phone, firstName, lastName, source, tags, attributes.<name>}; any other name is an attribute's
 * @param op one of {@link #OPERATORS}
 * @param value a text, number, truth value, or a list of them for {@code in} and {@code not_in}; none for exists and not_exists
 */
@Serdeable
public record Rule(String field, String op, @Nullable Object value) {
    static final Set<String> OPERATORS = Set.of(
            "equals",
            "not_equals",
            "contains",
            "starts_with",
            "ends_with",
            "in",
            "not_in",
            "greater_than",
            "less_than",
            "exists",
            "not_exists",
            "has_tag",
            "not_has_tag");
    private static final int MAX_VALUES = 1_000;

    /** @throws ProblemException INVALID_RULE */
    void check() {
        if (field.isBlank() || field.length() > 200 || !OPERATORS.contains(op)) {
            throw invalid("op must be one of " + OPERATORS.stream().sorted().toList());
        }
        boolean list = op.equals("in") || op.equals("not_in");
        if (list && !(value instanceof Collection<?> values && values.size() <= MAX_VALUES)) {
            throw invalid(op + " needs a list of at most " + MAX_VALUES + " values");
        }
        if (!(value instanceof Collection<?> values ? values.stream().allMatch(Rule::plain) : plain(value))) {
            throw invalid("A value is a text, a number or a truth value");
        }
        boolean none = op.equals("exists") || op.equals("not_exists");
        if (!none && !list && (value == null || value instanceof Collection<?>)) {
            throw invalid(op + " needs one value");
        }
        if ((op.equals("greater_than") || op.equals("less_than")) && number(value) == null) {
            throw invalid(op + " needs a number");
        }
    }

    private static boolean plain(@Nullable Object value) {
        return value == null || value instanceof String || value instanceof Number || value instanceof Boolean;
    }

    public boolean matches(ContactCopy contact) {
        return switch (op) {
            case "equals" -> any(contact, held -> same(held, value));
            case "not_equals" -> !any(contact, held -> same(held, value));
            case "contains" -> any(contact, held -> text(held).contains(text(value)));
            case "starts_with" -> any(contact, held -> text(held).startsWith(text(value)));
            case "ends_with" -> any(contact, held -> text(held).endsWith(text(value)));
            case "in" -> any(contact, this::listed);
            case "not_in" -> !any(contact, this::listed);
            case "greater_than" -> any(contact, held -> compares(held, 1));
            case "less_than" -> any(contact, held -> compares(held, -1));
            case "exists" -> any(contact, held -> true);
            case "not_exists" -> !any(contact, held -> true);
            case "has_tag" -> contact.tags().stream().anyMatch(tag -> same(tag, value));
            case "not_has_tag" -> contact.tags().stream().noneMatch(tag -> same(tag, value));
            default -> throw new IllegalStateException("Unchecked operator " + op);
        };
    }

    private boolean any(ContactCopy contact, java.util.function.Predicate<Object> test) {
        return contact.values(field).stream().anyMatch(test);
    }

    private boolean listed(Object held) {
        return value instanceof Collection<?> values && values.stream().anyMatch(v -> same(held, v));
    }

    /** Numbers by value, everything else as text without regard to case. */
    private static boolean same(Object held, @Nullable Object wanted) {
        BigDecimal left = held instanceof Number ? number(held) : null;
        BigDecimal right = number(wanted);
        return left != null && right != null
                ? left.compareTo(right) == 0
                : text(held).equals(text(wanted));
    }

    private boolean compares(Object held, int sign) {
        BigDecimal left = number(held);
        BigDecimal right = number(value);
        return left != null && right != null && left.compareTo(right) == sign;
    }

    private static @Nullable BigDecimal number(@Nullable Object value) {
        try {
            String digits = String.valueOf(value).strip();
            // Exponents are refused: 1e999999999 would be compared digit by digit.
            return digits.length() > 60 || digits.indexOf('e') >= 0 || digits.indexOf('E') >= 0
                    ? null
                    : new BigDecimal(digits);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static String text(@Nullable Object value) {
        return String.valueOf(value).toLowerCase(Locale.ROOT);
    }

    private static ProblemException invalid(String detail) {
        return ProblemException.badRequest("INVALID_RULE", detail);
    }

    /** Of a segment: all of the conditions, or any of them. */
    @Serdeable
    public record Definition(String match, List<Rule> conditions) {
        private static final int MAX_CONDITIONS = 50;

        void check() {
            if (!match.equals("all") && !match.equals("any")) {
                throw invalid("match must be all or any");
            }
            if (conditions.isEmpty() || conditions.size() > MAX_CONDITIONS) {
                throw invalid("A segment has 1 to " + MAX_CONDITIONS + " conditions");
            }
            conditions.forEach(Rule::check);
        }

        public boolean matches(ContactCopy contact) {
            if (contact.deleted()) {
                return false;
            }
            return match.equals("all")
                    ? conditions.stream().allMatch(rule -> rule.matches(contact))
                    : conditions.stream().anyMatch(rule -> rule.matches(contact));
        }
    }
}
