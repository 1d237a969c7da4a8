package com.alumoutreach.benchmarks;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Runs variants in turns (A B C A B C …), so that what else the machine does hits all of them, and compares each with the
 * baseline of the same round. A first round is thrown away: the JVM compiles in it.
 */
final class Comparison {
    private final String what;
    private final PrintWriter out;
    private final List<Runner> runners = new ArrayList<>();

    private record Runner(String name, Variant variant, List<Double> rates) {}

    /** One way to do the work. */
    @FunctionalInterface
    interface Variant {
        /** Does it once; answers how many a second. */
        double perSecond() throws Exception;
    }

    /** @param what is counted, for example {@code events} */
    Comparison(String what, PrintWriter out) {
        this.what = what;
        this.out = out;
    }

    /** The first is the baseline. */
    Comparison add(String name, Variant variant) {
        runners.add(new Runner(name, variant, new ArrayList<>()));
        return this;
    }

    Comparison run(int rounds) throws Exception {
        for (int round = 0; round <= rounds; round++) {
            for (Runner runner : runners) {
                double rate = runner.variant().perSecond();
                out.printf(
                        Locale.ROOT,
                        "  %s %-34s %,12.0f %s/s%n",
                        round == 0 ? "warm-up" : "round " + round,
                        runner.name(),
                        rate,
                        what);
                out.flush();
                if (round > 0) {
                    runner.rates().add(rate);
                }
            }
        }
        return this;
    }

    /** A Markdown table. */
    void print() {
        out.printf("%n| variant | median %s/s | range | ratio to the baseline |%n|---|---|---|---|%n", what);
        List<Double> baseline = runners.getFirst().rates();
        for (Runner runner : runners) {
            List<Double> all = runner.rates();
            List<Double> ratios = IntStream.range(0, all.size())
                    .mapToObj(i -> all.get(i) / baseline.get(i))
                    .toList();
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f – %,.0f | %.2f (%.2f – %.2f) |%n",
                    runner.name(),
                    Figures.median(all),
                    Figures.min(all),
                    Figures.max(all),
                    Figures.median(ratios),
                    Figures.min(ratios),
                    Figures.max(ratios));
        }
        out.println();
        out.flush();
    }
}
