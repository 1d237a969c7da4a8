package com.alumoutreach.embedded.clickhouse;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer. Holds back the first megabyte, so that a query that fails early still gets an error status; past
 * that the answer is under way and a failure can only cut the connection, which clients notice.
 */
final class Answer extends OutputStream {
    private static final int HELD_BACK = 1 << 20;

    private final HttpExchange exchange;
    private final String encoding;
    private final boolean nativeBlocks;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private @Nullable OutputStream body;

    Answer(HttpExchange exchange, String encoding, boolean nativeBlocks) {
        this.exchange = exchange;
        this.encoding = encoding;
        this.nativeBlocks = nativeBlocks;
    }

    boolean isUnderWay() {
        return body != null;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (body == null && held.size() + length > HELD_BACK) {
            begin(0);
        }
        if (body == null) {
            held.write(bytes, offset, length);
        } else {
            body.write(bytes, offset, length);
        }
    }

    /** Sends what is held back, or ends the body; not to be called after a failure. */
    void finish() throws IOException {
        if (body == null) {
            boolean plain = encoding.isEmpty() && !nativeBlocks;
            begin(plain ? (held.size() == 0 ? -1 : held.size()) : 0);
        }
        if (body != null) {
            body.close();
        }
    }

    private void begin(long contentLength) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        if (!encoding.isEmpty()) {
            headers.set("Content-Encoding", encoding);
        }
        boolean headOnly = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, headOnly ? -1 : contentLength);
        OutputStream raw = headOnly || contentLength < 0 ? OutputStream.nullOutputStream() : exchange.getResponseBody();
        OutputStream encoded = Encodings.encode(headOnly ? "" : encoding, raw);
        OutputStream begun = nativeBlocks ? CompressedBlocks.compress(encoded) : encoded;
        held.writeTo(begun);
        held.reset();
        body = begun;
    }
}
