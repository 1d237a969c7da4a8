package com.alumoutreach.segments.rule;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.segments.rule.Rule.BehaviourRule;
import com.alumoutreach.segments.rule.Rule.CountOp;
import com.alumoutreach.segments.rule.Rule.FieldRule;
import com.alumoutreach.segments.rule.Rule.Op;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads rules from JSON. Whatever is wrong is {@code INVALID_RULE}, with a JSON pointer to the node. */
public final class RuleReader {
    /** What is kept of behaviour; a rule that names no window looks as far back. */
    public static final Duration LONGEST_WINDOW = Duration.ofDays(400);

    private static final int MAX_DEPTH = 20;
    private static final int MAX_NODES = 200;
    private static final int MAX_VALUES = 1_000;
    private static final int MAX_TEXT = 1_000;
    private static final int MAX_FIELD = 200;
    private static final int MAX_COUNT = 1_000;
    private static final Duration LONGEST_SPAN = Duration.ofDays(36_500);
    private static final Set<String> TEXT_FIELDS =
            Set.of("email", "emails", "phone", "firstName", "lastName", "source", "timeZone", "locale", "tags");
    /** What behaviour can be asked for. */
    public static final Set<String> EVENTS =
            Set.of("message.sent", "message.delivered", "message.opened", "message.clicked", "message.replied");

    private static final Set<String> CONSENTS = Set.of("none", "requested", "granted", "revoked");
    private static final Map<String, Duration> UNITS =
            Map.of("hours", Duration.ofHours(1), "days", Duration.ofDays(1), "weeks", Duration.ofDays(7));
    private static final Map<String, Op> OPS =
            Arrays.stream(Op.values()).collect(Collectors.toUnmodifiableMap(Op::wireName, op -> op));

    /** Of the first form of rules. */
    private static final Map<String, Op> FIRST_OPS = Map.ofEntries(
            Map.entry("equals", Op.EQ),
            Map.entry("not_equals", Op.NEQ),
            Map.entry("contains", Op.CONTAINS),
            Map.entry("starts_with", Op.PREFIX),
            Map.entry("ends_with", Op.SUFFIX),
            Map.entry("in", Op.IN),
            Map.entry("not_in", Op.NOT_IN),
            Map.entry("greater_than", Op.GT),
            Map.entry("less_than", Op.LT),
            Map.entry("exists", Op.EXISTS),
            Map.entry("not_exists", Op.NOT_EXISTS),
            Map.entry("has_tag", Op.EQ),
            Map.entry("not_has_tag", Op.NEQ));

    private int nodes;

    private RuleReader() {}

    /**
     * Reads a tree.
     *
     * @param json as a JSON parser gives it: maps, lists, texts, numbers, truth values
     * @throws ProblemException INVALID_RULE
     */
    public static Rule read(@Nullable Object json) {
        return new RuleReader().node(json, "/rule", 1);
    }

    /**
     * Reads the first form, a list of conditions; it goes on being accepted.
     *
     * @param match {@code all} (also when null) or {@code any}
     * @throws ProblemException INVALID_RULE
     */
    public static Rule readConditions(@Nullable String match, List<?> conditions) {
        int most = 50;
        if (match != null && !match.equals("all") && !match.equals("any")) {
            throw invalid("/match", "match must be all or any");
        }
        if (conditions.isEmpty() || conditions.size() > most) {
            throw invalid("/conditions", "A segment has 1 to " + most + " conditions");
        }
        List<Rule> leaves = new ArrayList<>();
        for (int i = 0; i < conditions.size(); i++) {
            leaves.add(new RuleReader().condition(conditions.get(i), "/conditions/" + i));
        }
        return "any".equals(match) ? new Rule.Any(leaves) : new Rule.All(leaves);
    }

    private Rule condition(@Nullable Object json, String pointer) {
        if (!(json instanceof Map<?, ?> node) || !(node.get("field") instanceof String field)) {
            throw invalid(pointer, "A condition has a field, an op and a value");
        }
        Op op = node.get("op") instanceof String name ? FIRST_OPS.get(name) : null;
        if (op == null) {
            throw invalid(
                    pointer + "/op",
                    "op must be one of " + FIRST_OPS.keySet().stream().sorted().toList());
        }
        String name = String.valueOf(node.get("op")).endsWith("has_tag") ? "tags" : field;
        if (name.isBlank() || name.length() > MAX_FIELD) {
            throw invalid(pointer + "/field", "A field's name has 1 to " + MAX_FIELD + " characters");
        }
        boolean known = TEXT_FIELDS.contains(name) || name.startsWith("attributes.") || name.equals("createdAt");
        return leaf(known ? name : "attributes." + name, op, node.get("value"), null, pointer, true);
    }

    private Rule node(@Nullable Object json, String pointer, int depth) {
        if (!(json instanceof Map<?, ?> node)) {
            throw invalid(pointer, "A node is an object with all, any, not, field or event");
        }
        if (depth > MAX_DEPTH) {
            throw invalid(pointer, "Nodes stand at most " + MAX_DEPTH + " deep in each other");
        }
        if (++nodes > MAX_NODES) {
            throw invalid(pointer, "A rule has at most " + MAX_NODES + " nodes");
        }
        if (node.containsKey("all")) {
            only(node, pointer, "all");
            return new Rule.All(nodes(node.get("all"), pointer + "/all", depth));
        }
        if (node.containsKey("any")) {
            only(node, pointer, "any");
            return new Rule.Any(nodes(node.get("any"), pointer + "/any", depth));
        }
        if (node.containsKey("not")) {
            only(node, pointer, "not");
            return new Rule.Not(node(node.get("not"), pointer + "/not", depth + 1));
        }
        if (node.containsKey("field")) {
            only(node, pointer, "field", "op", "value", "unit");
            return field(node, pointer);
        }
        if (node.containsKey("event")) {
            only(node, pointer, "event", "op", "count", "within", "campaignId");
            return behaviour(node, pointer);
        }
        throw invalid(pointer, "A node has one of all, any, not, field and event");
    }

    private List<Rule> nodes(@Nullable Object json, String pointer, int depth) {
        if (!(json instanceof Collection<?> list) || list.isEmpty()) {
            throw invalid(pointer, "A list of at least one node is needed");
        }
        List<Rule> read = new ArrayList<>();
        for (Object node : list) {
            read.add(node(node, pointer + "/" + read.size(), depth + 1));
        }
        return List.copyOf(read);
    }

    private static void only(Map<?, ?> node, String pointer, String... allowed) {
        for (Object key : node.keySet()) {
            if (!Arrays.asList(allowed).contains(key)) {
                throw invalid(
                        pointer + "/" + escaped(String.valueOf(key)), "Beside " + allowed[0] + " this means nothing");
            }
        }
    }

    private static Rule field(Map<?, ?> node, String pointer) {
        if (!(node.get("field") instanceof String field)) {
            throw invalid(pointer + "/field", "The name of a field is a text");
        }
        Op op = node.get("op") instanceof String name ? OPS.get(name) : null;
        if (op == null) {
            throw invalid(
                    pointer + "/op",
                    "op must be one of " + OPS.keySet().stream().sorted().toList());
        }
        return leaf(field, op, node.get("value"), node.get("unit"), pointer, false);
    }

    /** @param lenient compares also what has no order; it is never true then */
    private static Rule leaf(
            String named, Op op, @Nullable Object said, @Nullable Object unit, String pointer, boolean lenient) {
        // The rule is kept as it was said, as JSON in Postgres.
        String field = Value.storable(named);
        Object value = Value.storableJson(said);
        String key = key(field, pointer + "/field");
        boolean typed = key.startsWith(".") || key.equals("createdAt");
        if (!typed && !lenient && (op.ordered() || op.relative() || op == Op.BEFORE || op == Op.AFTER)) {
            throw invalid(pointer + "/op", field + " is a text, it has no order; attributes and createdAt have");
        }
        if (unit != null && !op.relative()) {
            throw invalid(pointer + "/unit", "Only relative dates have a unit");
        }
        String at = pointer + "/value";
        return switch (op) {
            case EXISTS, NOT_EXISTS -> {
                if (value != null && !lenient) {
                    throw invalid(at, op.wireName() + " needs no value");
                }
                yield new FieldRule(field, key, op, null, List.of(), 0, null);
            }
            case WITHIN_LAST, WITHIN_NEXT, OLDER_THAN -> relative(field, key, op, value, unit, pointer);
            case IN, NOT_IN -> new FieldRule(field, key, op, value, list(key, value, at, 0, MAX_VALUES), 0, null);
            case BETWEEN -> {
                List<Value> both = list(key, value, at, 2, 2);
                both.forEach(one -> comparable(key, one, at, false));
                if ((both.getFirst().number() == null) != (both.getLast().number() == null)) {
                    throw invalid(at, "Both ends of between are numbers, or both are dates");
                }
                yield new FieldRule(field, key, op, value, both, 0, null);
            }
            default -> {
                Value one = one(key, value, at);
                if (op.ordered()) {
                    comparable(key, one, at, lenient);
                }
                if ((op == Op.BEFORE || op == Op.AFTER) && one.date() == null) {
                    throw invalid(at, op.wireName() + " needs a date: ISO 8601, or an epoch");
                }
                yield new FieldRule(field, key, op, value, List.of(one), 0, null);
            }
        };
    }

    private static void comparable(String key, Value value, String pointer, boolean numberOnly) {
        boolean number = value.number() != null && !key.equals("createdAt");
        if (!number && (numberOnly || value.date() == null)) {
            throw invalid(pointer, "This comparison needs a number" + (numberOnly ? "" : " or a date (ISO 8601)"));
        }
    }

    private static Rule relative(
            String field, String key, Op op, @Nullable Object value, @Nullable Object unit, String pointer) {
        Duration one = unit instanceof String name ? UNITS.get(name) : null;
        if (one == null) {
            throw invalid(pointer + "/unit", "unit must be hours, days or weeks");
        }
        long times = whole(value, pointer + "/value", 0, LONGEST_SPAN.dividedBy(one));
        return new FieldRule(field, key, op, times, List.of(), one.toMillis() * times, String.valueOf(unit));
    }

    private static String key(String field, String pointer) {
        if (field.length() > MAX_FIELD) {
            throw invalid(pointer, "A field's name has at most " + MAX_FIELD + " characters");
        }
        if (TEXT_FIELDS.contains(field) || field.equals("createdAt")) {
            return field;
        }
        if (field.startsWith("attributes.") && field.length() > "attributes.".length()) {
            return Facts.attributeKey(field.substring("attributes.".length()));
        }
        if (field.startsWith("consent.") && field.length() > "consent.".length()) {
            return Value.fold(field);
        }
        throw invalid(
                pointer,
                "A field is one of " + TEXT_FIELDS.stream().sorted().toList()
                        + ", createdAt, attributes.<name>, consent.<channel> or consent.<channel>.<topic>");
    }

    private static List<Value> list(String key, @Nullable Object value, String pointer, int least, int most) {
        if (!(value instanceof Collection<?> many) || many.size() < least || many.size() > most) {
            throw invalid(
                    pointer,
                    least == most
                            ? "A list of " + most + " values is needed"
                            : "A list of at most " + most + " values is needed");
        }
        List<Value> read = new ArrayList<>();
        for (Object one : many) {
            read.add(one(key, one, pointer + "/" + read.size()));
        }
        return List.copyOf(read);
    }

    private static Value one(String key, @Nullable Object value, String pointer) {
        boolean number = value instanceof Number && !(value instanceof Double d && !Double.isFinite(d));
        if (!number && !(value instanceof Boolean) && !(value instanceof String text && text.length() <= MAX_TEXT)) {
            throw invalid(
                    pointer, "A value is a text of at most " + MAX_TEXT + " characters, a number or a truth value");
        }
        Value read = Value.of(java.util.Objects.requireNonNull(value));
        if (number && read.number() == null) {
            throw invalid(pointer, "A number has at most 60 digits");
        }
        if (key.startsWith("consent.") && !CONSENTS.contains(read.text())) {
            throw invalid(pointer, "Consent is none, requested, granted or revoked");
        }
        return read;
    }

    private static Rule behaviour(Map<?, ?> node, String pointer) {
        if (!(node.get("event") instanceof String event) || !EVENTS.contains(event)) {
            throw invalid(
                    pointer + "/event",
                    "event must be one of " + EVENTS.stream().sorted().toList());
        }
        CountOp op = Arrays.stream(CountOp.values())
                .filter(known -> known.wireName().equals(node.get("op")))
                .findFirst()
                .orElseThrow(() -> invalid(pointer + "/op", "op must be at_least, at_most, exactly or never"));
        if (op == CountOp.NEVER && node.get("count") != null) {
            throw invalid(pointer + "/count", "never needs no count");
        }
        int least = op == CountOp.AT_LEAST ? 1 : 0;
        int count = op == CountOp.NEVER ? 0 : (int) whole(node.get("count"), pointer + "/count", least, MAX_COUNT);
        String campaign = null;
        if (node.get("campaignId") != null) {
            if (!(node.get("campaignId") instanceof String id) || id.isBlank() || id.length() > MAX_FIELD) {
                throw invalid(pointer + "/campaignId", "campaignId is a text");
            }
            campaign = Value.storable(id);
        }
        Map<String, Object> window = null;
        long within = LONGEST_WINDOW.toMillis();
        if (node.get("within") != null) {
            window = window(node.get("within"), pointer + "/within");
            within = span(window);
        }
        return new BehaviourRule(event, op, count, within, window, campaign);
    }

    private static Map<String, Object> window(@Nullable Object json, String pointer) {
        if (!(json instanceof Map<?, ?> map) || map.size() != 1) {
            throw invalid(pointer, "within is one of {\"hours\":n}, {\"days\":n} and {\"weeks\":n}");
        }
        String unit = String.valueOf(map.keySet().iterator().next());
        Duration one = UNITS.get(unit);
        if (one == null) {
            throw invalid(pointer + "/" + escaped(unit), "The unit must be hours, days or weeks");
        }
        Map<String, Object> window = new LinkedHashMap<>();
        window.put(unit, whole(map.get(unit), pointer + "/" + unit, 1, LONGEST_WINDOW.dividedBy(one)));
        return window;
    }

    private static long span(Map<String, Object> window) {
        Map.Entry<String, Object> entry = window.entrySet().iterator().next();
        return java.util.Objects.requireNonNull(UNITS.get(entry.getKey())).toMillis() * (Long) entry.getValue();
    }

    private static long whole(@Nullable Object value, String pointer, long least, long most) {
        if (value instanceof Number number && !(value instanceof Double d && !Double.isFinite(d))) {
            BigDecimal exact = new BigDecimal(number.toString());
            if (exact.compareTo(BigDecimal.valueOf(least)) >= 0
                    && exact.compareTo(BigDecimal.valueOf(most)) <= 0
                    && exact.stripTrailingZeros().scale() <= 0) {
                return exact.longValueExact();
            }
        }
        throw invalid(pointer, String.format(Locale.ROOT, "A whole number from %d to %d is needed", least, most));
    }

    private static String escaped(String key) {
        int most = 60;
        String shown = key.length() > most ? key.substring(0, most) + "…" : key;
        return shown.replace("~", "~0").replace("/", "~1");
    }

    private static ProblemException invalid(String pointer, String why) {
        return ProblemException.badRequest("INVALID_RULE", pointer + ": " + why);
    }
}
