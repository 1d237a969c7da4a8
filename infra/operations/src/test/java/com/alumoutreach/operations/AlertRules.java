package com.alumoutreach.operations;

import java.util.List;
import java.util.Map;

/** {@code infra/prometheus/alerts.yml}. */
final class AlertRules {
    static final String FILE = "infra/prometheus/alerts.yml";

    private AlertRules() {}

    static List<Map<String, Object>> all() {
        return Tree.maps(Tree.yaml(Tree.file(FILE)).getFirst(), "groups").stream()
                .flatMap(group -> Tree.maps(group, "rules").stream())
                .toList();
    }

    static String name(Map<String, Object> rule) {
        return String.valueOf(rule.get("alert"));
    }

    static String expression(Map<String, Object> rule) {
        return String.valueOf(rule.get("expr"));
    }
}
