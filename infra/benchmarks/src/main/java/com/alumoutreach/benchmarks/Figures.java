package com.alumoutreach.benchmarks;

import java.util.Collections;
import java.util.List;

/** Of a few measurements. */
final class Figures {
    private static final double NANOS = 1e9;

    private Figures() {}

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    static double min(List<Double> values) {
        return Collections.min(values);
    }

    static double max(List<Double> values) {
        return Collections.max(values);
    }

    /** @param startNanos of {@link System#nanoTime} */
    static double perSecond(long count, long startNanos) {
        return count * NANOS / (System.nanoTime() - startNanos);
    }
}
