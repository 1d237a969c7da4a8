package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.segments.rule.Rule;
import com.alumoutreach.segments.rule.RuleReader;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Rules and values that often meet, and those that nobody would think of. */
final class RandomRules {
    static final List<String> KINDS =
            List.of("message.sent", "message.delivered", "message.opened", "message.clicked", "message.replied");
    static final List<String> CAMPAIGNS = List.of("spring", "autumn");
    static final List<String> ATTRIBUTES = List.of("state", "a", "when", "odd'\"$?:name", "deep.er", "#a", "@a");
    static final List<String> CONSENTS = List.of("email", "email.news", "sms");
    private static final List<String> FIELDS = List.of(
            "email", "emails", "phone", "firstName", "lastName", "source", "timeZone", "locale", "tags", "createdAt");
    private static final List<String> OPS = List.of(
            "eq",
            "neq",
            "gt",
            "gte",
            "lt",
            "lte",
            "between",
            "contains",
            "not_contains",
            "prefix",
            "suffix",
            "in",
            "not_in",
            "exists",
            "not_exists",
            "before",
            "after",
            "within_last",
            "within_next",
            "older_than");

    private final Random random;
    private final Instant now;

    RandomRules(long seed, Instant now) {
        this.random = new Random(seed);
        this.now = now;
    }

    Rule rule() {
        while (true) {
            try {
                return RuleReader.read(node(1));
            } catch (ProblemException e) {
                // Not every combination is a rule.
            }
        }
    }

    private Map<String, Object> node(int depth) {
        int kind = depth > 3 ? 3 : random.nextInt(6);
        return switch (kind) {
            case 0 -> Map.of("all", nodes(depth));
            case 1 -> Map.of("any", nodes(depth));
            case 2 -> Map.of("not", node(depth + 1));
            default -> random.nextInt(4) == 0 ? behaviour() : condition();
        };
    }

    private List<Object> nodes(int depth) {
        List<Object> nodes = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            nodes.add(node(depth + 1));
        }
        return nodes;
    }

    Map<String, Object> condition() {
        while (true) {
            Map<String, Object> node = new LinkedHashMap<>();
            String field = switch (random.nextInt(4)) {
                case 0 -> pick(FIELDS);
                case 1 -> "consent." + pick(CONSENTS);
                default -> "attributes." + pick(ATTRIBUTES);
            };
            String op = pick(OPS);
            node.put("field", field);
            node.put("op", op);
            if (op.equals("in") || op.equals("not_in")) {
                List<Object> values = new ArrayList<>();
                for (int i = 0; i < random.nextInt(12); i++) {
                    values.add(operand(field));
                }
                node.put("value", values);
            } else if (op.equals("between")) {
                node.put("value", Arrays.asList(operand(field), operand(field)));
            } else if (op.startsWith("within") || op.equals("older_than")) {
                node.put("value", random.nextInt(40));
                node.put("unit", pick(List.of("hours", "days", "weeks")));
            } else if (!op.endsWith("exists")) {
                node.put("value", operand(field));
            }
            try {
                RuleReader.read(node);
                return node;
            } catch (ProblemException e) {
                // Another one.
            }
        }
    }

    private Object operand(String field) {
        if (field.startsWith("consent.")) {
            return pick(List.of("none", "requested", "granted", "revoked"));
        }
        Object value = scalar();
        return value == null ? "x" : value;
    }

    private Map<String, Object> behaviour() {
        Map<String, Object> node = new LinkedHashMap<>();
        String op = pick(List.of("at_least", "at_most", "exactly", "never"));
        node.put("event", pick(KINDS));
        node.put("op", op);
        if (!op.equals("never")) {
            node.put("count", 1 + random.nextInt(3));
        }
        if (random.nextBoolean()) {
            node.put("within", Map.of(pick(List.of("hours", "days", "weeks")), 1 + random.nextInt(20)));
        }
        if (random.nextInt(3) == 0) {
            node.put("campaignId", pick(CAMPAIGNS));
        }
        return node;
    }

    /** As an attribute may have it. */
    @Nullable
    Object value() {
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.asList(scalar(), scalar(), scalar());
            case 1 -> List.of();
            case 2 -> Map.of("inner", "CA");
            default -> scalar();
        };
    }

    private @Nullable Object scalar() {
        return switch (random.nextInt(5)) {
            case 0 ->
                pick(Arrays.asList(42, 4.2, new BigDecimal("4.20"), 0, -1, 100_000L, new BigDecimal("1E+5"), null));
            case 1 -> pick(List.of("42", "042", " 4.2 ", "+42", "-1", "1e5", "1e999999999", ".5", "4.", "4.2.1", "٤٢"));
            case 2 -> date();
            case 3 ->
                pick(List.of(
                        "",
                        " ",
                        "%",
                        "_",
                        "\\",
                        "'; DROP TABLE segments.members; --",
                        "a\"b",
                        "$1",
                        ":tenant",
                        "?",
                        "^.*$",
                        "(a+)+$",
                        "x\uD800y",
                        "İstanbul",
                        "ΟΔΟΣ",
                        "οδος",
                        "straße",
                        "😀 joy",
                        "{a,b}",
                        "null"));
            default -> pick(List.of("CA", "ca", "Ca", "NY", "ny", "true", true, false, "a", "ab", "abc", "B"));
        };
    }

    private Object date() {
        Instant near = now.plusSeconds(3_600L * (random.nextInt(2_000) - 1_000));
        return switch (random.nextInt(6)) {
            case 0 -> near.toString();
            case 1 -> near.toString().substring(0, 10);
            case 2 -> near.toEpochMilli();
            case 3 -> near.getEpochSecond();
            case 4 -> near.toString().replace("Z", "+02:00");
            default -> "2026-13-45";
        };
    }

    String text() {
        Object value = scalar();
        return value == null ? "x" : value.toString();
    }

    <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    Random random() {
        return random;
    }
}
