package com.alumoutreach.segments.rule;

import com.alumoutreach.segments.rule.Evaluation.Kind;
import com.alumoutreach.segments.rule.Rule.BehaviourRule;
import com.alumoutreach.segments.rule.Rule.FieldRule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * A rule as SQL over {@code segments.contact_copies c}; says the same as {@link Evaluation}. Whatever comes from a rule is a bind
 * parameter: fields, values, events. Needs {@code :tenant} besides.
 */
public final class SqlRule {
    private final Map<String, Object> binds = new LinkedHashMap<>();
    private final StringBuilder joins = new StringBuilder();
    private final List<String> changes = new ArrayList<>();
    private final boolean few;
    private final long now;
    private final String condition;
    private int counted;

    /**
     * Compiles a rule.
     *
     * @param few for some contacts, whose behaviour is looked up one by one; otherwise that of all is read at once
     * @param now milliseconds since 1970
     */
    public SqlRule(Rule rule, boolean few, long now) {
        this.few = few;
        this.now = now;
        this.condition = compile(rule);
    }

    /** What the condition needs besides the contacts; stands behind {@code FROM segments.contact_copies c}. */
    public String joins() {
        return joins.toString();
    }

    /** True or false, never null. A contact of which nothing is known but a tag belongs nowhere. */
    public String condition() {
        return "(NOT c.deleted AND c.fields_version > 0 AND " + condition + ")";
    }

    /** Milliseconds since 1970 at which the answer can change by itself, or null. */
    public String nextChange() {
        if (changes.isEmpty()) {
            return "NULL::bigint";
        }
        return "CASE WHEN NOT c.deleted AND c.fields_version > 0 THEN least(" + String.join(", ", changes) + ") END";
    }

    public <S extends SqlStatement<S>> S bind(S statement) {
        binds.forEach((name, value) -> {
            if (value instanceof String[] texts) {
                statement.bindArray(name, String.class, (Object[]) texts);
            } else {
                statement.bind(name, value);
            }
        });
        return statement;
    }

    private String bound(Object value) {
        String name = "rule" + binds.size();
        binds.put(name, value);
        return ":" + name;
    }

    private String compile(Rule rule) {
        return switch (rule) {
            case Rule.All all -> joined(all.nodes(), " AND ", "true");
            case Rule.Any any -> joined(any.nodes(), " OR ", "false");
            case Rule.Not not -> "(NOT " + compile(not.node()) + ")";
            case FieldRule leaf -> compile(leaf);
            case BehaviourRule leaf -> compile(leaf);
        };
    }

    private String joined(List<Rule> nodes, String word, String none) {
        return nodes.isEmpty() ? none : nodes.stream().map(this::compile).collect(Collectors.joining(word, "(", ")"));
    }

    private String compile(FieldRule leaf) {
        if (leaf.op().relative()) {
            changes.add(nextOf(leaf));
        }
        String positive = positive(leaf);
        return leaf.op().negative() ? "(NOT " + positive + ")" : positive;
    }

    private String positive(FieldRule leaf) {
        return switch (leaf.op().positive()) {
            case EXISTS -> leaf.consent() ? "true" : "jsonb_exists(c.facts, " + bound(leaf.key()) + ")";
            case EQ, IN -> anyOf(leaf);
            case CONTAINS -> part(leaf, "any_contains", e -> "strpos(" + e + ", " + operand(leaf) + ") > 0");
            case PREFIX -> part(leaf, "any_prefix", e -> "starts_with(" + e + ", " + operand(leaf) + ")");
            case SUFFIX -> {
                String suffix = operand(leaf);
                yield part(leaf, "any_suffix", e -> "right(" + e + ", char_length(" + suffix + ")) = " + suffix);
            }
            case GT -> ordered(leaf, ">", 0);
            case GTE -> ordered(leaf, ">=", 0);
            case LT -> ordered(leaf, "<", 0);
            case LTE -> ordered(leaf, "<=", 0);
            case BETWEEN -> between(leaf);
            case BEFORE -> range(leaf, Kind.DATE, List.of("<"), List.of(dateOf(leaf)));
            case AFTER -> range(leaf, Kind.DATE, List.of(">"), List.of(dateOf(leaf)));
            case WITHIN_LAST -> range(leaf, Kind.DATE, List.of(">", "<="), List.of(now - leaf.span(), now));
            case WITHIN_NEXT -> range(leaf, Kind.DATE, List.of(">", "<="), List.of(now, now + leaf.span()));
            case OLDER_THAN -> range(leaf, Kind.DATE, List.of("<="), List.of(now - leaf.span()));
            default -> throw new IllegalStateException("Not a positive operator: " + leaf.op());
        };
    }

    private static long dateOf(FieldRule leaf) {
        return Objects.requireNonNull(leaf.operands().getFirst().date());
    }

    private String operand(FieldRule leaf) {
        return bound(leaf.operands().getFirst().text()) + "::text";
    }

    /** Some value is one of the operands, each of which is compared as what it is. */
    private String anyOf(FieldRule leaf) {
        List<String> tests = new ArrayList<>();
        Map<Kind, List<Value>> operands =
                leaf.operands().stream().collect(Collectors.groupingBy(operand -> Evaluation.kind(leaf, operand)));
        operands.forEach((kind, values) -> tests.add(
                switch (kind) {
                    case TEXT -> oneOf(leaf, values.stream().map(Value::text).toArray(String[]::new));
                    case NUMBER ->
                        oneOf(
                                leaf,
                                kind,
                                values.stream()
                                        .map(v -> number(v).toPlainString())
                                        .toList());
                    case DATE ->
                        oneOf(
                                leaf,
                                kind,
                                values.stream()
                                        .map(v -> String.valueOf(v.date()))
                                        .toList());
                }));
        return tests.isEmpty() ? "false" : "(" + String.join(" OR ", tests) + ")";
    }

    private String oneOf(FieldRule leaf, String[] texts) {
        String key = bound(leaf.key()) + "::text";
        if (leaf.consent()) {
            return "(coalesce(c.facts->>" + key + ", 'none') = ANY(" + bound(texts) + "::text[]))";
        }
        if (texts.length == 1) {
            return "coalesce(jsonb_exists(c.facts->" + key + ", " + bound(texts[0]) + "::text), false)";
        }
        String all = bound(texts) + "::text[]";
        return "(CASE jsonb_typeof(c.facts->" + key + ") WHEN 'string' THEN (c.facts->>" + key + ") = ANY(" + all
                + ") WHEN 'array' THEN jsonb_exists_any(c.facts->" + key + ", " + all + ") ELSE false END)";
    }

    private String oneOf(FieldRule leaf, Kind kind, List<String> numbers) {
        String key = key(leaf, kind);
        if (numbers.size() == 1) {
            return "coalesce(c.facts->" + key + " @> " + bound(numbers.getFirst()) + "::text::jsonb, false)";
        }
        return "(CASE jsonb_typeof(c.facts->" + key + ") WHEN 'number' THEN (c.facts->" + key + ")::numeric = ANY("
                + bound(numbers.toArray(String[]::new)) + "::numeric[]) WHEN 'array' THEN jsonb_path_exists(c.facts->"
                + key + ", '$[*] ? (@ == $w[*])', " + bound("{\"w\":[" + String.join(",", numbers) + "]}")
                + "::text::jsonb) ELSE false END)";
    }

    private String key(FieldRule leaf, Kind kind) {
        return bound((kind == Kind.NUMBER ? Facts.NUMBER : Facts.DATE) + leaf.key()) + "::text";
    }

    private String ordered(FieldRule leaf, String operator, int at) {
        Value operand = leaf.operands().get(at);
        Kind kind = Evaluation.kind(leaf, operand);
        return kind == Kind.TEXT ? "false" : range(leaf, kind, List.of(operator), List.of(bound(kind, operand)));
    }

    private String between(FieldRule leaf) {
        Value from = leaf.operands().getFirst();
        Kind kind = Evaluation.kind(leaf, from);
        return kind == Kind.TEXT
                ? "false"
                : range(
                        leaf,
                        kind,
                        List.of(">=", "<="),
                        List.of(bound(kind, from), bound(kind, leaf.operands().getLast())));
    }

    private static Object bound(Kind kind, Value operand) {
        return kind == Kind.NUMBER ? number(operand) : Objects.requireNonNull(operand.date());
    }

    private static BigDecimal number(Value operand) {
        return Objects.requireNonNull(operand.number());
    }

    /** Some value stands in every one of these relations to the bound of the same place. */
    private String range(FieldRule leaf, Kind kind, List<String> operators, List<?> bounds) {
        String key = key(leaf, kind);
        String type = kind == Kind.NUMBER ? "numeric" : "bigint";
        List<String> scalar = new ArrayList<>();
        List<String> path = new ArrayList<>();
        List<String> variables = new ArrayList<>();
        for (int i = 0; i < operators.size(); i++) {
            scalar.add("(c.facts->" + key + ")::" + type + " " + operators.get(i) + " " + bound(bounds.get(i)));
            path.add("@ " + operators.get(i) + " $v" + i);
            variables.add(
                    "\"v" + i + "\":" + (bounds.get(i) instanceof BigDecimal n ? n.toPlainString() : bounds.get(i)));
        }
        return "(CASE jsonb_typeof(c.facts->" + key + ") WHEN 'number' THEN " + String.join(" AND ", scalar)
                + " WHEN 'array' THEN jsonb_path_exists(c.facts->" + key + ", '$[*] ? (" + String.join(" && ", path)
                + ")', " + bound("{" + String.join(",", variables) + "}") + "::text::jsonb) ELSE false END)";
    }

    private String part(FieldRule leaf, String ofMany, UnaryOperator<String> test) {
        String key = bound(leaf.key()) + "::text";
        if (leaf.consent()) {
            return "(" + test.apply("coalesce(c.facts->>" + key + ", 'none')") + ")";
        }
        return "(CASE jsonb_typeof(c.facts->" + key + ") WHEN 'string' THEN " + test.apply("(c.facts->>" + key + ")")
                + " WHEN 'array' THEN segments." + ofMany + "(c.facts->" + key + ", " + operand(leaf)
                + ") ELSE false END)";
    }

    private String nextOf(FieldRule leaf) {
        return "segments.next_change(c.facts->" + key(leaf, Kind.DATE) + ", " + bound(Evaluation.earlier(leaf)) + ", "
                + bound(Evaluation.later(leaf)) + ", " + bound(now) + ")";
    }

    /** Counts at most one more than the rule has to know. */
    private String compile(BehaviourRule leaf) {
        String alias = "b" + counted++;
        String of = "e.tenant_id = :tenant AND e.kind = " + bound(leaf.event()) + " AND e.at_ms > "
                + bound(now - leaf.within())
                + (leaf.campaignId() == null ? "" : " AND e.campaign_id = " + bound(leaf.campaignId()));
        String nth =
                leaf.count() > 0 ? "(array_agg(e.at_ms ORDER BY e.at_ms DESC))[" + leaf.count() + "]" : "NULL::bigint";
        String next = "(array_agg(e.at_ms ORDER BY e.at_ms DESC))[" + (leaf.count() + 1) + "]";
        String figures = "count(*) AS times, " + nth + " AS nth, " + next + " AS next";
        if (few) {
            joins.append(" CROSS JOIN LATERAL (SELECT ")
                    .append(figures)
                    .append(" FROM (SELECT at_ms FROM segments.engagements e WHERE e.contact_id = c.contact_id AND ")
                    .append(of)
                    .append(" ORDER BY at_ms DESC LIMIT ")
                    .append(leaf.count() + 1)
                    .append(") e) ")
                    .append(alias);
        } else {
            joins.append(" LEFT JOIN (SELECT e.contact_id, ")
                    .append(figures)
                    .append(" FROM segments.engagements e WHERE ")
                    .append(of)
                    .append(" GROUP BY e.contact_id) ")
                    .append(alias)
                    .append(" ON ")
                    .append(alias)
                    .append(".contact_id = c.contact_id");
        }
        changes.add("least(" + alias + ".nth, " + alias + ".next) + " + bound(leaf.within()));
        String operator = switch (leaf.op()) {
            case AT_LEAST -> ">=";
            case AT_MOST -> "<=";
            case EXACTLY, NEVER -> "=";
        };
        return "(coalesce(" + alias + ".times, 0) " + operator + " " + leaf.count() + ")";
    }
}
