package com.alumoutreach.suite.running;

/** Where log lines go. Effective only before the first logger is made. */
public final class Logging {
    private static final String CONFIGURATION = "logback.configurationFile";

    private Logging() {}

    /** Nowhere: for commands. */
    public static void quiet() {
        System.setProperty(CONFIGURATION, "logback-quiet.xml");
    }

    /** Into the folder's log file: for the suite. */
    static void toFile(DataFolder data) {
        System.setProperty("ALUM_LOG", data.suiteLog().toString());
        System.setProperty(CONFIGURATION, "logback-suite.xml");
    }
}
