package com.alumoutreach.suite.running;

/** Something that the person at the terminal should know in one line; the command exits with 1. */
public class SuiteException extends RuntimeException {
    public SuiteException(String message) {
        super(message);
    }

    public SuiteException(String message, Throwable cause) {
        super(message, cause);
    }
}
