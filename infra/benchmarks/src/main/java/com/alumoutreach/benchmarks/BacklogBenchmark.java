package com.alumoutreach.benchmarks;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A relay that comes back to many events: whether it is as fast at their end as at their beginning. */
@Command(
        name = "backlog",
        description = "Relay: the rate of each tenth of a large backlog.",
        mixinStandardHelpOptions = true)
final class BacklogBenchmark implements Callable<Integer> {
    private static final int TENTHS = 10;

    @Option(names = "--events", defaultValue = "1000000", description = "Events (default: ${DEFAULT-VALUE}).")
    private int events;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Bench bench = Bench.start(out)) {
            // The JVM compiles in these, else the first tenth would be the slow one.
            try (RunningRelay relay = RunningRelay.start(bench)) {
                relay.awaitPassed(FilledLog.append(bench, events / TENTHS));
            }
            long before = bench.number("SELECT seq FROM bench.relay_cursor");
            long last = FilledLog.append(bench, events);
            List<Double> rates = new ArrayList<>();
            try (RunningRelay relay = RunningRelay.start(bench)) {
                for (int tenth = 1; tenth <= TENTHS; tenth++) {
                    long from = relay.passed();
                    long start = System.nanoTime();
                    long reached = relay.awaitPassed(before + (last - before) * tenth / TENTHS);
                    rates.add(Figures.perSecond(reached - Math.max(from, before), start));
                }
            }
            print(rates, out);
        }
        return 0;
    }

    private void print(List<Double> rates, PrintWriter out) {
        out.printf("%,d events were waiting%n%n| tenth | events/s |%n|---|---|%n", events);
        for (int tenth = 1; tenth <= TENTHS; tenth++) {
            out.printf(Locale.ROOT, "| %d | %,.0f |%n", tenth, rates.get(tenth - 1));
        }
        out.printf(Locale.ROOT, "%nlast tenth to first tenth: %.2f%n", rates.getLast() / rates.getFirst());
        out.flush();
    }
}
