package com.alumoutreach.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A dashboard of {@code infra/grafana/dashboards}. */
record Dashboard(String file, JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Dashboard> all() {
        return Tree.below("infra/grafana/dashboards", ".json").stream()
                .map(Dashboard::read)
                .toList();
    }

    private static Dashboard read(Path file) {
        try {
            return new Dashboard(file.getFileName().toString(), JSON.readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<JsonNode> panels() {
        List<JsonNode> panels = new ArrayList<>();
        json.path("panels").forEach(panels::add);
        return panels;
    }

    /** With Grafana's variables filled in as it would. */
    List<String> expressions() {
        List<String> expressions = new ArrayList<>();
        panels().forEach(panel -> panel.path("targets")
                .forEach(target -> expressions.add(target.path("expr")
                        .asText()
                        .replace("$__rate_interval", "1m")
                        .replace("$service", ".*"))));
        return expressions;
    }
}
