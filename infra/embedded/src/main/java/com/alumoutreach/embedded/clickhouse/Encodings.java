package com.alumoutreach.embedded.clickhouse;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;

/** HTTP content encodings in both directions: gzip, deflate and lz4. */
final class Encodings {
    private static final List<String> OFFERED = List.of("gzip", "deflate", "lz4");

    private Encodings() {}

    static InputStream decode(String encoding, InputStream body) throws IOException {
        return switch (encoding.toLowerCase(Locale.ROOT)) {
            case "", "identity" -> body;
            case "gzip", "x-gzip" -> new GZIPInputStream(body, 1 << 16);
            case "deflate" -> new InflaterInputStream(body);
            case "lz4" -> new LZ4FrameInputStream(body);
            default ->
                throw ClickHouseException.of(
                        ClickHouseException.UNKNOWN_COMPRESSION_METHOD,
                        "UNKNOWN_COMPRESSION_METHOD",
                        "Unknown compression method " + encoding + "; supported: " + OFFERED);
        };
    }

    /** The first of our encodings that the client accepts, or nothing. */
    static String choose(String acceptEncoding) {
        List<String> accepted = List.of(
                acceptEncoding.toLowerCase(Locale.ROOT).replaceAll(";[^,]*", "").split("[\\s,]+"));
        return OFFERED.stream().filter(accepted::contains).findFirst().orElse("");
    }

    static OutputStream encode(String encoding, OutputStream out) throws IOException {
        return switch (encoding) {
            case "gzip" -> new GZIPOutputStream(out, 1 << 16);
            case "deflate" -> new DeflaterOutputStream(out);
            case "lz4" -> new LZ4FrameOutputStream(out);
            default -> out;
        };
    }
}
