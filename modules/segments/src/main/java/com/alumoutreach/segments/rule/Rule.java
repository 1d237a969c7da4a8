package com.alumoutreach.segments.rule;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A rule over contacts: a tree of all, any and not, with conditions on fields and on behaviour as leaves. */
public sealed interface Rule {
    record All(List<Rule> nodes) implements Rule {}

    record Any(List<Rule> nodes) implements Rule {}

    record Not(Rule node) implements Rule {}

    /**
     * A condition on a field: some value of it fulfils the operator; for the operators that begin with {@code not}, none does.
     *
     * @param field as it was written
     * @param key of {@link Facts}
     * @param value as it was written
     * @param operands what the values are compared with; none for exists and for relative dates
     * @param span of relative dates in milliseconds, else 0
     * @param unit of {@code value}, for relative dates
     */
    record FieldRule(
            String field,
            String key,
            Op op,
            @Nullable Object value,
            List<Value> operands,
            long span,
            @Nullable String unit)
            implements Rule {
        /** Consent is never missing: what nobody asked for is none. */
        boolean consent() {
            return key.startsWith("consent.");
        }

        boolean attribute() {
            return key.startsWith(".");
        }
    }

    /**
     * A condition on how often something happened.
     *
     * @param within milliseconds before now; at most {@link RuleReader#LONGEST_WINDOW}, which also stands when none was named
     * @param window as it was written
     */
    record BehaviourRule(
            String event,
            CountOp op,
            int count,
            long within,
            @Nullable Map<String, Object> window,
            @Nullable String campaignId)
            implements Rule {
        Counted counted() {
            return new Counted(event, campaignId);
        }

        boolean holds(long times) {
            return switch (op) {
                case AT_LEAST -> times >= count;
                case AT_MOST -> times <= count;
                case EXACTLY -> times == count;
                case NEVER -> times == 0;
            };
        }
    }

    /** What is counted: an event, of one campaign or of all. */
    record Counted(String event, @Nullable String campaignId) {}

    enum CountOp {
        AT_LEAST,
        AT_MOST,
        EXACTLY,
        NEVER;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Op {
        EQ,
        NEQ,
        GT,
        GTE,
        LT,
        LTE,
        BETWEEN,
        CONTAINS,
        NOT_CONTAINS,
        PREFIX,
        SUFFIX,
        IN,
        NOT_IN,
        EXISTS,
        NOT_EXISTS,
        BEFORE,
        AFTER,
        WITHIN_LAST,
        WITHIN_NEXT,
        OLDER_THAN;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The operator that some value has to fulfil, or, for a negative one, none may. */
        Op positive() {
            return switch (this) {
                case NEQ -> EQ;
                case NOT_CONTAINS -> CONTAINS;
                case NOT_IN -> IN;
                case NOT_EXISTS -> EXISTS;
                default -> this;
            };
        }

        boolean negative() {
            return positive() != this;
        }

        boolean relative() {
            return this == WITHIN_LAST || this == WITHIN_NEXT || this == OLDER_THAN;
        }

        boolean ordered() {
            return this == GT || this == GTE || this == LT || this == LTE || this == BETWEEN;
        }
    }

    /** Calls {@code visitor} for every leaf. */
    default void leaves(Consumer<Rule> visitor) {
        switch (this) {
            case All all -> all.nodes().forEach(node -> node.leaves(visitor));
            case Any any -> any.nodes().forEach(node -> node.leaves(visitor));
            case Not not -> not.node().leaves(visitor);
            case FieldRule leaf -> visitor.accept(leaf);
            case BehaviourRule leaf -> visitor.accept(leaf);
        }
    }

    /** The keys of {@link Facts} and the events that the rule looks at: when none of them changes, only time changes it. */
    default Set<String> reads() {
        Set<String> keys = new HashSet<>();
        leaves(leaf -> keys.add(leaf instanceof FieldRule field ? field.key() : ((BehaviourRule) leaf).event()));
        return keys;
    }

    /** Whether its answer can change while nothing happens. */
    default boolean ages() {
        boolean[] ages = new boolean[1];
        leaves(leaf -> ages[0] |= leaf instanceof BehaviourRule || leaf instanceof FieldRule f && f.op().relative());
        return ages[0];
    }

    /** How many of the newest events of each kind an evaluation has to see. */
    default Map<Counted, Integer> counts() {
        Map<Counted, Integer> counts = new LinkedHashMap<>();
        leaves(leaf -> {
            if (leaf instanceof BehaviourRule behaviour) {
                counts.merge(behaviour.counted(), behaviour.count() + 1, Math::max);
            }
        });
        return counts;
    }

    /** The JSON that {@link RuleReader} reads as this rule. */
    default Map<String, Object> toJson() {
        return switch (this) {
            case All all -> Map.of("all", all.nodes().stream().map(Rule::toJson).toList());
            case Any any -> Map.of("any", any.nodes().stream().map(Rule::toJson).toList());
            case Not not -> Map.of("not", not.node().toJson());
            case FieldRule leaf -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("field", leaf.field());
                json.put("op", leaf.op().wireName());
                if (leaf.value() != null) {
                    json.put("value", leaf.value());
                }
                if (leaf.unit() != null) {
                    json.put("unit", leaf.unit());
                }
                yield json;
            }
            case BehaviourRule leaf -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("event", leaf.event());
                json.put("op", leaf.op().wireName());
                if (leaf.op() != CountOp.NEVER) {
                    json.put("count", leaf.count());
                }
                if (leaf.window() != null) {
                    json.put("within", leaf.window());
                }
                if (leaf.campaignId() != null) {
                    json.put("campaignId", leaf.campaignId());
                }
                yield json;
            }
        };
    }
}
