package com.alumoutreach.benchmarks;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** Percentiles of several rounds, as a Markdown table: the median round, and the range over rounds. */
final class LatencyTable {
    private static final double MICROS_PER_MILLI = 1_000;

    private final String what;
    private final PrintWriter out;
    private final List<Histogram> rounds = new ArrayList<>();

    LatencyTable(String what, PrintWriter out) {
        this.what = what;
        this.out = out;
    }

    /** @param micros latencies in microseconds */
    void add(int round, Histogram micros) {
        out.printf(
                Locale.ROOT,
                "  %s %s: p50 %.1f ms, p99 %.1f ms, max %.1f ms of %,d%n",
                round == 0 ? "warm-up" : "round " + round,
                what,
                percentile(micros, 50),
                percentile(micros, 99),
                percentile(micros, 100),
                micros.getTotalCount());
        out.flush();
        if (round > 0) {
            rounds.add(micros);
        }
    }

    void print() {
        out.printf("%n| %s | median of the rounds, ms | range, ms |%n|---|---|---|%n", what);
        line("p50", histogram -> percentile(histogram, 50));
        line("p99", histogram -> percentile(histogram, 99));
        line("max", histogram -> percentile(histogram, 100));
        out.println();
        out.flush();
    }

    private void line(String name, ToDoubleFunction<Histogram> figure) {
        List<Double> all = rounds.stream().map(figure::applyAsDouble).toList();
        out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f – %.1f |%n",
                name,
                Figures.median(all),
                Figures.min(all),
                Figures.max(all));
    }

    private static double percentile(Histogram micros, double percent) {
        return micros.getValueAtPercentile(percent) / MICROS_PER_MILLI;
    }
}
