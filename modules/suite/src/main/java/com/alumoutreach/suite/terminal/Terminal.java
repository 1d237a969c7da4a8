package com.alumoutreach.suite.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** Lines for a person. Where the output is no terminal (a file, a pipe, CI) there are whole lines only. */
public final class Terminal {
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final boolean interactive;

    public Terminal(PrintWriter out) {
        this.out = out;
        this.interactive = System.console() != null && System.console().isTerminal();
    }

    public void line(String format, Object... values) {
        out.println(values.length == 0 ? format : String.format(Locale.ROOT, format, values));
        out.flush();
    }

    /** Runs something that takes a while; prints what it was and how long it took, or that it failed. */
    public <T> T timed(String what, Supplier<T> work) {
        long started = System.nanoTime();
        passing(what + " ...");
        try {
            T result = work.get();
            erase();
            line("  %-38s %8s", what, seconds(Duration.ofNanos(System.nanoTime() - started)));
            return result;
        } catch (RuntimeException e) {
            erase();
            line("  %-38s %8s", what, "failed");
            throw e;
        }
    }

    /** Shows where long work stands; replaced by the next line, and not shown at all where there is no terminal. */
    public void passing(String text) {
        if (interactive) {
            out.print(ERASE_LINE + "  " + text);
            out.flush();
        }
    }

    /** Removes the last {@link #passing} text. */
    public void erase() {
        if (interactive) {
            out.print(ERASE_LINE);
            out.flush();
        }
    }

    public static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
