package com.alumoutreach.suite.command;

import com.alumoutreach.suite.chaos.Chaos;
import com.alumoutreach.suite.terminal.Terminal;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code alum chaos}: kills whatever runs, and counts. */
@Command(
        name = "chaos",
        description = {
            "Starts two of everything on servers of its own, makes contacts, and kills or stops a service, the active relay,",
            "NATS, Postgres or ClickHouse, round after round. Ends with 1 when something accepted was lost or took effect twice."
        },
        footerHeading = "%nExample:%n",
        footer = "  alum chaos --rounds 50")
final class ChaosCommand implements Runnable {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Rounds of two kills or stops each (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "For the random moments (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds must be at least 1");
        }
        Path folder = data.folder().root().resolve("chaos-" + Instant.now().getEpochSecond());
        Chaos.run(folder, rounds, seed, new Terminal(spec.commandLine().getOut()));
    }
}
