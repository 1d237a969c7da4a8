package com.alumoutreach.benchmarks;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long an event takes at a rate that a service has on a busy day, and what appending costs a transaction. */
@Command(
        name = "latency",
        description =
                "Commit to acknowledgement, HTTP to handler, and a transaction with its event against one without.",
        mixinStandardHelpOptions = true)
final class LatencyBenchmark implements Callable<Integer> {
    @Option(names = "--seconds", defaultValue = "20", description = "Of each load (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--transactions-per-second",
            defaultValue = "1000",
            description = "For commit to acknowledgement (default: ${DEFAULT-VALUE}).")
    private int transactionRate;

    @Option(
            names = "--requests-per-second",
            defaultValue = "200",
            description = "For HTTP to handler (default: ${DEFAULT-VALUE}).")
    private int requestRate;

    @Option(
            names = "--transactions",
            defaultValue = "5000",
            description = "A run, of those with and without an event (default: ${DEFAULT-VALUE}).")
    private int transactions;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Bench bench = Bench.start(out)) {
            ProducerCost producer = new ProducerCost(bench, transactions);
            new Comparison("transactions", out)
                    .add("business transaction", producer::withoutEvent)
                    .add("the same with an event", producer::withEvent)
                    .run(rounds)
                    .print();
            new CommitToAcknowledgement(bench, out).run(transactionRate, seconds, rounds);
            new RequestToHandler(bench, out).run(requestRate, seconds, rounds);
        }
        return 0;
    }
}
