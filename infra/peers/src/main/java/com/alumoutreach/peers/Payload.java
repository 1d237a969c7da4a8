package com.alumoutreach.peers;

/** As many bytes as an envelope of ours with 256 bytes of payload. */
final class Payload {
    private static final int BYTES = 566;

    /** JSON. */
    static final String BODY = "{\"data\":\"" + "x".repeat(BYTES - 11) + "\"}";

    private Payload() {}
}
