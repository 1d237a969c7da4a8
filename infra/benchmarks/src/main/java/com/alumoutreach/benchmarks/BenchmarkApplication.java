package com.alumoutreach.benchmarks;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./alum bench}: a process of its own, so that what it measures shares no heap with a suite. */
@Command(
        name = "bench",
        description = "Measures relay, consumers, latency, segments and analytics on servers of its own.",
        mixinStandardHelpOptions = true,
        subcommands = {
            RelayBenchmark.class,
            ConsumeBenchmark.class,
            LatencyBenchmark.class,
            BacklogBenchmark.class,
            SegmentsBenchmark.class,
            ImportBenchmark.class,
            ContactsBenchmark.class,
            IngestBenchmark.class,
            KpiBenchmark.class
        })
public final class BenchmarkApplication implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    public static void main(String[] args) {
        if (System.getenv("ALUM_LOG_LEVEL") == null) {
            // Between the figures, only what went wrong.
            System.setProperty("ALUM_LOG_LEVEL", "ERROR");
        }
        System.exit(run(new PrintWriter(System.out, true, StandardCharsets.UTF_8), args));
    }

    /** Returns the exit code: 0, 1 when it failed, 2 for wrong usage. */
    static int run(PrintWriter out, String... args) {
        return new CommandLine(new BenchmarkApplication()).setOut(out).execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which benchmark?");
    }
}
