package com.alumoutreach.backbone.tracing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where a trace goes on: W3C Trace Context's {@code traceparent}, as it stands in HTTP and NATS headers and in the log.
 *
 * @param traceId 32 lower-case hexadecimal digits, not all zero
 * @param spanId 16 of them, not all zero
 * @param sampled whether the trace is recorded
 */
public record TraceParent(String traceId, String spanId, boolean sampled) {
    /** Its name in HTTP and NATS headers. */
    public static final String HEADER = "traceparent";

    private static final int TRACE = 3;
    private static final int SPAN = 36;
    private static final int FLAGS = 53;
    private static final int LENGTH = 55;

    /** @return null for everything that the specification calls invalid, so that a new trace begins */
    public static @Nullable TraceParent parse(@Nullable String text) {
        if (text == null || text.length() < LENGTH || !hex(text, 0, 2) || text.startsWith("ff")) {
            return null;
        }
        // Later versions may add fields; of ours there are four.
        boolean end = text.length() == LENGTH || !text.startsWith("00") && text.charAt(LENGTH) == '-';
        boolean dashes = text.charAt(TRACE - 1) == '-' && text.charAt(SPAN - 1) == '-' && text.charAt(FLAGS - 1) == '-';
        boolean ids = id(text, TRACE, SPAN - 1) && id(text, SPAN, FLAGS - 1) && hex(text, FLAGS, LENGTH);
        if (!end || !dashes || !ids) {
            return null;
        }
        boolean sampled = (Character.digit(text.charAt(LENGTH - 1), 16) & 1) == 1;
        return new TraceParent(text.substring(TRACE, SPAN - 1), text.substring(SPAN, FLAGS - 1), sampled);
    }

    /**
     * The trace of work that came without one. It follows from the correlation id, so that all that a request sets off is one
     * trace also where work is taken up later and elsewhere.
     */
    public static TraceParent ofCorrelation(String correlationId, boolean sampled) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(correlationId.getBytes(StandardCharsets.UTF_8));
            String hex = HexFormat.of().formatHex(hash);
            return new TraceParent(hex.substring(0, 32), hex.substring(32, 48), sampled);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a text has the form of a trace id. */
    public static boolean isTraceId(String text) {
        return text.length() == SPAN - 1 - TRACE && id(text, 0, text.length());
    }

    private static boolean id(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '0') {
                return hex(text, from, to);
            }
        }
        return false;
    }

    private static boolean hex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** As in a header: 55 characters, version 00. */
    @Override
    public String toString() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
