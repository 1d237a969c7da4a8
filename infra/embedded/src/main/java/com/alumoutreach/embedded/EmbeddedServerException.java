package com.alumoutreach.embedded;

import com.alumoutreach.embedded.machine.FileErrors;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A server cannot be had or does not start; the message is one line that says what and what to do. */
public class EmbeddedServerException extends RuntimeException {
    /** The end of a message, where this machine cannot have an embedded server. */
    static final String OTHERWISE = "or use other servers: ALUM_SERVERS=docker, "
            + "or yours, named in DATASOURCES_DEFAULT_URL, NATS_URL and CLICKHOUSE_URL";

    public EmbeddedServerException(String message) {
        this(message, null);
    }

    public EmbeddedServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** @param what failed; the cause is said after it */
    static EmbeddedServerException because(String what, IOException cause) {
        return new EmbeddedServerException(what + ": " + FileErrors.reason(cause), cause);
    }
}
