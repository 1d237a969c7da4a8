package com.alumoutreach.suite.command;

import com.alumoutreach.suite.running.SuiteException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code alum}: the root of all commands. */
@Command(
        name = "alum",
        description = "Runs AlumOutreach on this machine, with its own Postgres, NATS, ClickHouse and mail server.",
        mixinStandardHelpOptions = true,
        version = "AlumOutreach 0.1.0",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            ResetCommand.class,
            TokenCommand.class,
            WalkCommand.class,
            DemoCommand.class,
            DeadLetterCommand.class,
            ReplayCommand.class,
            ValidateMetricsCommand.class,
            ReconcileCommand.class,
            ChaosCommand.class,
            TraceCommand.class,
            GenerateEventsCommand.class,
            BenchCommand.class,
            AnalystCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  alum demo --exit          see everything work once, then stop it again",
            "  alum up --detach          start in the background; addresses in .alum/run.env",
            "  alum walk                 follow one event from HTTP to ClickHouse",
            "  alum down                 stop; the data stay",
            "",
            "Exit codes: 0 ok, 1 failure (one line on stderr), 2 wrong usage"
        })
public final class AlumCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Runs the command line; returns the exit code. */
    public static int run(String... args) {
        return new CommandLine(new AlumCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(AlumCommand::oneLine)
                .execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }

    private static int oneLine(Exception e, CommandLine command, ParseResult parsed) throws Exception {
        if (e instanceof SuiteException || e instanceof UncheckedIOException) {
            command.getErr().println("alum: " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
        throw e;
    }
}
