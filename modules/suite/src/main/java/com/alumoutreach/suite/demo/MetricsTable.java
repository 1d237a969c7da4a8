package com.alumoutreach.suite.demo;

import com.alumoutreach.suite.terminal.Terminal;
import com.fasterxml.jackson.databind.JsonNode;

/** A validation of a tenant's figures, as a table. */
public final class MetricsTable {
    public static final String PATH = "/api/analytics/validations";
    private static final String ROW = "%-58s %26s %26s %26s %s";
    private static final int WIDTH = 26;

    private MetricsTable() {}

    /** @return whether all agree */
    public static boolean print(JsonNode validation, Terminal terminal) {
        terminal.line(ROW, "figure", "replayed", "ClickHouse", "Postgres", "");
        for (JsonNode figure : validation.path("figures")) {
            terminal.line(
                    ROW,
                    figure.path("name").asText(),
                    shown(figure.path("replayed")),
                    shown(figure.path("clickHouse")),
                    shown(figure.path("postgres")),
                    figure.path("agrees").asBoolean() ? "" : "DIFFERS");
        }
        print("missing in ClickHouse", validation, "missing", terminal);
        print("in ClickHouse only", validation, "surplus", terminal);
        validation.path("incomplete").forEach(service -> terminal.line("%s did not answer.", service.asText()));
        if (!validation.path("settled").asBoolean(true)) {
            terminal.line("Events of that time went on arriving: a difference proves nothing; try again.");
        }
        boolean agreed = validation.path("agreed").asBoolean();
        terminal.line(
                "%s events of %s as of %s (%s published by other clients): %s.",
                validation.path("events").asText(),
                validation.path("tenantId").asText(),
                validation.path("asOf").asText(),
                validation.path("foreign").asText(),
                agreed ? "all figures agree" : "NOT proven");
        return agreed;
    }

    private static void print(String what, JsonNode validation, String field, Terminal terminal) {
        long count = validation.path(field + "Count").asLong();
        if (count == 0) {
            return;
        }
        terminal.line("%d %s:", count, what);
        for (JsonNode event : validation.path(field)) {
            terminal.line(
                    "  %s  %s  %s",
                    event.path("id").asText(),
                    event.path("occurredAt").asText(),
                    event.path("type").asText());
        }
    }

    private static String shown(JsonNode value) {
        String text = value.isNull() ? "-" : value.asText();
        return text.length() <= WIDTH ? text : text.substring(0, WIDTH - 1) + "…";
    }
}
