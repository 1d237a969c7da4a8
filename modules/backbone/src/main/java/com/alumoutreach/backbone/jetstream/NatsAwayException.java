package com.alumoutreach.backbone.jetstream;

import org.jspecify.annotations.Nullable;

/** NATS cannot be reached or did not acknowledge; try again later. */
public class NatsAwayException extends RuntimeException {
    public NatsAwayException(String message) {
        this(message, null);
    }

    public NatsAwayException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
