package com.alumoutreach.backbone.eventlog;

import org.jspecify.annotations.Nullable;

/** An event could not be appended; the transaction must not be committed. */
public class EventLogException extends RuntimeException {
    EventLogException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
