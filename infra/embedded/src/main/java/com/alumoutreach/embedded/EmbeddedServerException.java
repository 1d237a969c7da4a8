package com.alumoutreach.embedded;

import org.jspecify.annotations.Nullable;

/** A server cannot be had or does not start; the message is one line that says what and what to do. */
public class EmbeddedServerException extends RuntimeException {
    public EmbeddedServerException(String message) {
        this(message, null);
    }

    public EmbeddedServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
