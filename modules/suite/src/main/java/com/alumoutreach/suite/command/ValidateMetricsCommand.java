package com.alumoutreach.suite.command;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.demo.MetricsTable;
import com.alumoutreach.suite.terminal.Terminal;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
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

/** {@code alum validate-metrics}: proves a tenant's figures. */
@Command(
        name = "validate-metrics",
        description = {
            "Computes every figure of a tenant's dashboard three times: by replaying the raw events in memory, by ClickHouse,",
            "and by the event model's own SQL on Postgres. Exits with 1 when they differ, and names the events."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  alum validate-metrics --tenant demo",
            "  alum validate-metrics --tenant demo --at 2026-01-31T12:00:00Z"
        })
final class ValidateMetricsCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Option(names = "--tenant", paramLabel = "TENANT", required = true, description = "Whose figures.")
    private String tenant = "";

    @Option(names = "--at", paramLabel = "TIME", description = "As of this ISO 8601 time (default: now).")
    private @Nullable String at;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        ObjectNode wish = EventCodec.mapper().createObjectNode();
        if (at != null) {
            wish.put("at", time(at));
        }
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        return MetricsTable.print(AlumClient.of(data.folder(), tenant).post(MetricsTable.PATH, wish), terminal)
                ? ExitCode.OK
                : ExitCode.SOFTWARE;
    }

    private String time(String text) {
        try {
            return Instant.parse(text).toString();
        } catch (DateTimeParseException e) {
            throw new ParameterException(spec.commandLine(), "Not an ISO 8601 time, as 2026-01-31T12:00:00Z: " + text);
        }
    }
}
