package com.alumoutreach.contracts;

/** An event that breaks its contract. It will not get better: for a handler it is poison. */
public final class InvalidEventException extends RuntimeException {
    /** Not an envelope at all. */
    public static final String MALFORMED = "MALFORMED_EVENT";

    public static final String UNKNOWN_TYPE = "UNKNOWN_EVENT_TYPE";
    public static final String UNKNOWN_VERSION = "UNKNOWN_EVENT_VERSION";

    /** The data break the JSON Schema of their type. */
    public static final String INVALID_DATA = "INVALID_EVENT_DATA";

    private final String code;

    InvalidEventException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** One of the constants of this class; stable. */
    public String code() {
        return code;
    }
}
