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
            case CONTAINS -> text(leaf, e -> "strpos(" + e + ", " + operand(leaf) + ") > 0");
            case PREFIX -> text(leaf, e -> "starts_with(" + e + ", " + operand(leaf) + ")");
            case SUFFIX -> {
                String suffix = operand(leaf);
                yield text(leaf, e -> "right(" + e + ", char_length(" + suffix + ")) = " + suffix);
            }
            case GT -> ordered(leaf, ">", 0);
            case GTE -> ordered(leaf, ">=", 0);
            case LT -> ordered(leaf, "<", 0);
            case LTE -> ordered(leaf, "<=", 0);
            case BETWEEN -> between(leaf);
            case BEFORE -> date(leaf, e -> e + " < " + bound(dateOf(leaf)));
            case AFTER -> date(leaf, e -> e + " > " + bound(dateOf(leaf)));
            case WITHIN_LAST ->
                date(leaf, e -> e + " > " + bound(now - leaf.span()) + " AND " + e + " <= " + bound(now));
            case WITHIN_NEXT ->
                date(leaf, e -> e + " > " + bound(now) + " AND " + e + " <= " + bound(now + leaf.span()));
            case OLDER_THAN -> date(leaf, e -> e + " <= " + bound(now - leaf.span()));
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
                    case TEXT ->
                        text(leaf, same(values.stream().map(Value::text).toArray(String[]::new), "text"));
                    case NUMBER ->
                        number(
                                leaf,
                                same(
                                        values.stream()
                                                .map(value -> Objects.requireNonNull(value.number())
                                                        .toPlainString())
                                                .toArray(String[]::new),
                                        "numeric"));
                    case DATE ->
                        date(
                                leaf,
                                same(
                                        values.stream()
                                                .map(value -> String.valueOf(value.date()))
                                                .toArray(String[]::new),
                                        "bigint"));
                }));
        return tests.isEmpty() ? "false" : "(" + String.join(" OR ", tests) + ")";
    }

    private UnaryOperator<String> same(String[] values, String type) {
        return values.length == 1
                ? e -> e + " = " + bound(values[0]) + "::text::" + type
                : e -> e + " = ANY(" + bound(values) + "::" + type + "[])";
    }

    private String ordered(FieldRule leaf, String operator, int at) {
        Value operand = leaf.operands().get(at);
        return switch (Evaluation.kind(leaf, operand)) {
            case NUMBER -> number(leaf, e -> e + " " + operator + " " + bound(number(operand)));
            case DATE -> date(leaf, e -> e + " " + operator + " " + bound(Objects.requireNonNull(operand.date())));
            case TEXT -> "false";
        };
    }

    private static BigDecimal number(Value operand) {
        return Objects.requireNonNull(operand.number());
    }

    private String between(FieldRule leaf) {
        Value from = leaf.operands().getFirst();
        Value to = leaf.operands().getLast();
        return switch (Evaluation.kind(leaf, from)) {
            case NUMBER ->
                number(leaf, e -> e + " >= " + bound(number(from)) + " AND " + e + " <= " + bound(number(to)));
            case DATE ->
                date(
                        leaf,
                        e -> e + " >= " + bound(Objects.requireNonNull(from.date())) + " AND " + e + " <= "
                                + bound(Objects.requireNonNull(to.date())));
            case TEXT -> "false";
        };
    }

    private String text(FieldRule leaf, UnaryOperator<String> test) {
        String key = bound(leaf.key()) + "::text";
        if (leaf.consent()) {
            return "(" + test.apply("coalesce(c.facts->>" + key + ", 'none')") + ")";
        }
        return "(CASE jsonb_typeof(c.facts->" + key + ") WHEN 'string' THEN " + test.apply("(c.facts->>" + key + ")")
                + " WHEN 'array' THEN EXISTS (SELECT FROM jsonb_array_elements_text(c.facts->" + key + ") e WHERE "
                + test.apply("e") + ") ELSE false END)";
    }

    private String number(FieldRule leaf, UnaryOperator<String> test) {
        return typed(Facts.NUMBER + leaf.key(), "numeric", test);
    }

    private String date(FieldRule leaf, UnaryOperator<String> test) {
        return typed(Facts.DATE + leaf.key(), "bigint", test);
    }

    private String typed(String name, String type, UnaryOperator<String> test) {
        String key = bound(name) + "::text";
        return "(CASE jsonb_typeof(c.facts->" + key + ") WHEN 'number' THEN "
                + test.apply("(c.facts->" + key + ")::" + type)
                + " WHEN 'array' THEN EXISTS (SELECT FROM jsonb_array_elements(c.facts->" + key + ") e WHERE "
                + test.apply("e::" + type) + ") ELSE false END)";
    }

    private String nextOf(FieldRule leaf) {
        String key = bound(Facts.DATE + leaf.key()) + "::text";
        return "(SELECT min(t.at) FROM jsonb_array_elements(CASE jsonb_typeof(c.facts->" + key
                + ") WHEN 'array' THEN c.facts->" + key + " WHEN 'number' THEN jsonb_build_array(c.facts->" + key
                + ") ELSE '[]'::jsonb END) d CROSS JOIN LATERAL (VALUES (d::bigint + "
                + bound(Evaluation.earlier(leaf)) + "), (d::bigint + " + bound(Evaluation.later(leaf))
                + ")) t(at) WHERE t.at > " + bound(now) + ")";
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
