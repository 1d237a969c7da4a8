package com.alumoutreach.suite.demo;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One figure, as each store counts it.
 *
 * @param expected what the stage said
 * @param mails null where the mail server cannot know
 */
record Figure(
        String name,
        long expected,
        long postgres,
        long clickHouse,
        @Nullable Long mails) {
    boolean agrees() {
        return expected == postgres && expected == clickHouse && (mails == null || mails == expected);
    }

    String row() {
        String mailServer = mails == null ? "-" : mails.toString();
        String verdict = agrees() ? "" : "  expected " + expected;
        return String.format(Locale.ROOT, "  %-14s %10d %11d %12s%s", name, postgres, clickHouse, mailServer, verdict);
    }
}
