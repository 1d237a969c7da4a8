package com.alumoutreach.embedded.clickhouse;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An error as ClickHouse reports it: a number, a text that names it, and the HTTP status that goes with the number. */
final class ClickHouseException extends RuntimeException {
    static final int NOT_IMPLEMENTED = 48;
    static final int SYNTAX_ERROR = 62;
    static final int UNKNOWN_COMPRESSION_METHOD = 89;
    static final int READONLY = 164;
    static final int TOO_MANY_QUERIES = 202;
    static final int CANNOT_DECOMPRESS = 271;
    static final int ACCESS_DENIED = 497;
    static final int AUTHENTICATION_FAILED = 516;
    private static final int UNKNOWN_EXCEPTION = 1002;
    private static final Pattern CODE = Pattern.compile("^Code: (\\d+)\\.");
    // The groups of ClickHouse's own mapping (HTTPHandler, exceptionCodeToHTTPStatus).
    private static final Set<Integer> BAD_REQUEST = Set.of(
            6,
            15,
            25,
            26,
            27,
            36,
            38,
            41,
            42,
            43,
            44,
            48 + 5,
            SYNTAX_ERROR,
            69,
            70,
            72,
            117,
            130,
            131,
            167,
            168,
            321,
            376,
            427,
            441,
            456,
            457,
            675,
            676,
            UNKNOWN_COMPRESSION_METHOD);
    private static final Set<Integer> NOT_FOUND = Set.of(46, 47, 50, 56, 60, 63, 73, 81, 115, 218, 336);
    private static final Set<Integer> FORBIDDEN = Set.of(192, 193, 512, ACCESS_DENIED, AUTHENTICATION_FAILED);

    private final int code;

    private ClickHouseException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** An error of our own, worded like one of ClickHouse's. */
    static ClickHouseException of(int code, String name, String message) {
        return new ClickHouseException(code, "Code: " + code + ". DB::Exception: " + message + " (" + name + ")");
    }

    /** An error that the engine reported; its text begins with its number. */
    static ClickHouseException fromEngine(String message) {
        Matcher matcher = CODE.matcher(message);
        if (matcher.find()) {
            return new ClickHouseException(Integer.parseInt(matcher.group(1)), message.strip());
        }
        return of(UNKNOWN_EXCEPTION, "UNKNOWN_EXCEPTION", message.strip());
    }

    int code() {
        return code;
    }

    int httpStatus() {
        if (FORBIDDEN.contains(code)) {
            return 403;
        }
        if (NOT_FOUND.contains(code)) {
            return 404;
        }
        if (code == 159) {
            return 408;
        }
        if (code == NOT_IMPLEMENTED) {
            return 501;
        }
        return BAD_REQUEST.contains(code) ? 400 : 500;
    }

    /** The body of the answer; ClickHouse ends it with the version. */
    String body(String version) {
        String message = String.valueOf(getMessage());
        return (message.contains("(version ") ? message : message + " (version " + version + ")") + "\n";
    }
}
