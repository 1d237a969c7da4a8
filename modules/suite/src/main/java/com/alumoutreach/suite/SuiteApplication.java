package com.alumoutreach.suite;

import com.alumoutreach.suite.command.AlumCommand;
import com.alumoutreach.suite.running.Logging;

/** The suite's main class: the {@code alum} command line. */
public final class SuiteApplication {
    private SuiteApplication() {}

    public static void main(String[] args) {
        Logging.quiet();
        System.exit(AlumCommand.run(args));
    }
}
