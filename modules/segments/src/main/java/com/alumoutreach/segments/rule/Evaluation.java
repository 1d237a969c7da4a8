package com.alumoutreach.segments.rule;

import com.alumoutreach.segments.rule.Rule.BehaviourRule;
import com.alumoutreach.segments.rule.Rule.Counted;
import com.alumoutreach.segments.rule.Rule.FieldRule;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One contact at one time, for rules to be asked about. {@link SqlRule} says the same in SQL.
 *
 * @param behaviour the newest times of each kind, in milliseconds, newest first, at least as many as {@link Rule#counts} asks for
 * @param now milliseconds since 1970
 */
public record Evaluation(Facts facts, Map<Counted, List<Long>> behaviour, long now) {
    /** The answer changes at no time by itself. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final Value NO_CONSENT = new Value("none", null, null);

    public boolean matches(Rule rule) {
        return switch (rule) {
            case Rule.All all -> all.nodes().stream().allMatch(this::matches);
            case Rule.Any any -> any.nodes().stream().anyMatch(this::matches);
            case Rule.Not not -> !matches(not.node());
            case FieldRule leaf -> matches(leaf);
            case BehaviourRule leaf -> leaf.holds(times(leaf).count());
        };
    }

    /** The next time at which a part of the rule can change its answer while nothing happens, or {@link #NEVER}. */
    public long nextChange(Rule rule) {
        long[] next = {NEVER};
        rule.leaves(leaf -> next[0] = Math.min(next[0], nextOfLeaf(leaf)));
        return next[0];
    }

    private long nextOfLeaf(Rule leaf) {
        return switch (leaf) {
            case BehaviourRule behaviour -> {
                List<Long> times = times(behaviour).toList();
                long next = NEVER;
                for (int nth : List.of(behaviour.count(), behaviour.count() + 1)) {
                    if (nth > 0 && nth <= times.size()) {
                        next = Math.min(next, times.get(nth - 1) + behaviour.within());
                    }
                }
                yield next;
            }
            case FieldRule field -> field.op().relative() ? nextOfDates(field) : NEVER;
            default -> NEVER;
        };
    }

    private long nextOfDates(FieldRule field) {
        return values(field).stream()
                .map(Value::date)
                .filter(Objects::nonNull)
                .flatMap(date -> Stream.of(date + earlier(field), date + later(field)))
                .filter(time -> time > now)
                .min(Long::compare)
                .orElse(NEVER);
    }

    /** When, seen from a date, the answer about it changes first; see {@link #later}. */
    static long earlier(FieldRule field) {
        return switch (field.op()) {
            case WITHIN_LAST -> 0;
            case WITHIN_NEXT -> -field.span();
            default -> field.span();
        };
    }

    static long later(FieldRule field) {
        return field.op() == Rule.Op.WITHIN_NEXT ? 0 : field.span();
    }

    private Stream<Long> times(BehaviourRule leaf) {
        return behaviour.getOrDefault(leaf.counted(), List.of()).stream()
                .filter(time -> time > now - leaf.within())
                .limit(leaf.count() + 1L);
    }

    private List<Value> values(FieldRule leaf) {
        List<Value> held = facts.of(leaf.key());
        return held.isEmpty() && leaf.consent() ? List.of(NO_CONSENT) : held;
    }

    private boolean matches(FieldRule leaf) {
        return values(leaf).stream().anyMatch(value -> holds(leaf, value))
                != leaf.op().negative();
    }

    private boolean holds(FieldRule leaf, Value held) {
        return switch (leaf.op().positive()) {
            case EXISTS -> true;
            case EQ, IN -> leaf.operands().stream().anyMatch(operand -> same(leaf, held, operand));
            case CONTAINS -> held.text().contains(leaf.operands().getFirst().text());
            case PREFIX -> held.text().startsWith(leaf.operands().getFirst().text());
            case SUFFIX -> held.text().endsWith(leaf.operands().getFirst().text());
            case GT -> compare(leaf, held, 0, sign -> sign > 0);
            case GTE -> compare(leaf, held, 0, sign -> sign >= 0);
            case LT -> compare(leaf, held, 0, sign -> sign < 0);
            case LTE -> compare(leaf, held, 0, sign -> sign <= 0);
            case BETWEEN -> compare(leaf, held, 0, sign -> sign >= 0) && compare(leaf, held, 1, sign -> sign <= 0);
            case BEFORE -> held.date() != null && held.date() < date(leaf);
            case AFTER -> held.date() != null && held.date() > date(leaf);
            case WITHIN_LAST -> held.date() != null && held.date() > now - leaf.span() && held.date() <= now;
            case WITHIN_NEXT -> held.date() != null && held.date() > now && held.date() <= now + leaf.span();
            case OLDER_THAN -> held.date() != null && held.date() <= now - leaf.span();
            default -> throw new IllegalStateException("Not a positive operator: " + leaf.op());
        };
    }

    private static long date(FieldRule leaf) {
        return Objects.requireNonNull(leaf.operands().getFirst().date());
    }

    /** What an operand is compared as: a number, a date or a text. */
    enum Kind {
        NUMBER,
        DATE,
        TEXT
    }

    static Kind kind(FieldRule leaf, Value operand) {
        if (leaf.attribute() && operand.number() != null) {
            return Kind.NUMBER;
        }
        return (leaf.attribute() || leaf.key().equals("createdAt")) && operand.date() != null ? Kind.DATE : Kind.TEXT;
    }

    private static boolean same(FieldRule leaf, Value held, Value operand) {
        return switch (kind(leaf, operand)) {
            case NUMBER ->
                held.number() != null && held.number().compareTo(Objects.requireNonNull(operand.number())) == 0;
            case DATE -> Objects.equals(held.date(), operand.date());
            case TEXT -> held.text().equals(operand.text());
        };
    }

    private static boolean compare(FieldRule leaf, Value held, int operandAt, java.util.function.IntPredicate wanted) {
        Value operand = leaf.operands().get(operandAt);
        return switch (kind(leaf, operand)) {
            case NUMBER -> {
                BigDecimal left = held.number();
                yield left != null && wanted.test(left.compareTo(Objects.requireNonNull(operand.number())));
            }
            case DATE -> {
                Long left = held.date();
                yield left != null && wanted.test(left.compareTo(Objects.requireNonNull(operand.date())));
            }
            case TEXT -> false;
        };
    }

    /** The rule with the answer of every node and the values that it saw. */
    public Explanation explain(Rule rule) {
        boolean result = matches(rule);
        return switch (rule) {
            case Rule.All all ->
                Explanation.of(
                        "all", result, all.nodes().stream().map(this::explain).toList());
            case Rule.Any any ->
                Explanation.of(
                        "any", result, any.nodes().stream().map(this::explain).toList());
            case Rule.Not not -> Explanation.of("not", result, List.of(explain(not.node())));
            case FieldRule leaf ->
                Explanation.ofLeaf(
                        leaf.toJson(),
                        result,
                        values(leaf).stream().map(value -> seen(leaf, value)).toList());
            case BehaviourRule leaf ->
                Explanation.ofLeaf(
                        leaf.toJson(),
                        result,
                        times(leaf)
                                .map(time -> Instant.ofEpochMilli(time).toString())
                                .toList());
        };
    }

    private static String seen(FieldRule leaf, Value value) {
        @Nullable Long date = value.date();
        return leaf.key().equals("createdAt") && date != null
                ? Instant.ofEpochMilli(date).toString()
                : value.text();
    }
}
