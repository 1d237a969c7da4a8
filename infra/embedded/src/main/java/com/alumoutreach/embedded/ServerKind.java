package com.alumoutreach.embedded;

/** The servers that a suite stands on. */
public enum ServerKind {
    POSTGRES,
    NATS,
    CLICKHOUSE;

    /** For files and messages. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
