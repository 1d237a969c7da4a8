package com.alumoutreach.suite.command;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.running.Pause;
import com.alumoutreach.suite.terminal.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code alum reconcile}: ClickHouse against the services' logs. */
@Command(
        name = "reconcile",
        description = {
            "Compares the events in ClickHouse with the services' logs, by tenant and hour, and gives ClickHouse again what it lost.",
            "Exits with 1 when a difference is left, or a service did not answer."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  alum reconcile                          the last 48 hours, up to five minutes ago",
            "  alum reconcile --from 2026-01-01 --to 2026-02-01",
            "  alum reconcile --tenant acme            the events of one tenant"
        })
final class ReconcileCommand implements Callable<Integer> {
    private static final String PLATFORM_TENANT = "platform";
    private static final String PATH = "/api/analytics/reconciliations";
    private static final String ROW = "%-12s %-24s %-22s %9s %9s %9s";
    private static final Duration LOOK_EVERY = Duration.ofMillis(300);

    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Happened at or after this ISO 8601 time, or day in UTC (default: 48 hours before the end).")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Happened before (default: five minutes ago).")
    private @Nullable String to;

    @Option(names = "--tenant", paramLabel = "TENANT", description = "Of this tenant only (default: of all).")
    private String tenant = PLATFORM_TENANT;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        ObjectNode wish = EventCodec.mapper().createObjectNode();
        if (from != null) {
            wish.put("from", time(from));
        }
        if (to != null) {
            wish.put("to", time(to));
        }
        AlumClient api = AlumClient.of(data.folder(), tenant);
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        JsonNode done = api.post(PATH, wish);
        while (done.path("status").asText().equals("running")) {
            terminal.passing("comparing ...");
            Pause.of(LOOK_EVERY);
            done = api.get(PATH + "/" + done.path("id").asText());
        }
        terminal.erase();
        return print(done, terminal) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** @return whether everything is the same now */
    private static boolean print(JsonNode done, Terminal terminal) {
        JsonNode outcome = done.path("outcome");
        if (!done.path("status").asText().equals("completed")) {
            terminal.line(
                    "Reconciliation %s %s.",
                    done.path("id").asText(), done.path("status").asText());
            return false;
        }
        if (!outcome.path("differences").isEmpty()) {
            terminal.line(ROW, "service", "tenant", "hour", "missing", "surplus", "left");
            outcome.path("differences").forEach(hour -> printHour(hour, terminal));
        }
        outcome.path("incomplete").forEach(service -> terminal.line("%s did not answer.", service.asText()));
        terminal.line(
                "%s events compared, %s missing, %s given again, %s surplus: %s.",
                outcome.path("compared").asText(),
                outcome.path("missing").asText(),
                outcome.path("replayed").asText(),
                outcome.path("surplus").asText(),
                verdict(outcome));
        return outcome.path("agreed").booleanValue();
    }

    private static void printHour(JsonNode hour, Terminal terminal) {
        terminal.line(
                ROW,
                hour.path("service").asText(),
                hour.path("tenantId").asText(),
                hour.path("hour").asText(),
                hour.path("missing").asText(),
                hour.path("surplus").asText(),
                hour.path("remaining").asText());
        hour.path("surplusIds").forEach(id -> terminal.line("  surplus %s", id.asText()));
    }

    private static String verdict(JsonNode outcome) {
        if (outcome.path("agreed").booleanValue()) {
            return outcome.path("missing").longValue() == 0 ? "the same" : "the same again";
        }
        return outcome.path("incomplete").isEmpty() ? "not the same" : "not known of all services";
    }

    private String time(String text) {
        try {
            return (text.length() == "2026-01-01".length()
                            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : Instant.parse(text))
                    .toString();
        } catch (DateTimeParseException e) {
            throw new ParameterException(
                    spec.commandLine(), "Not an ISO 8601 time, as 2026-01-31T00:00:00Z or 2026-01-31: " + text);
        }
    }
}
