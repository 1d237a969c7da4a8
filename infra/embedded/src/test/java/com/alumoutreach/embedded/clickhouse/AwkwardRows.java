package com.alumoutreach.embedded.clickhouse;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Rows {@code (n UInt32, text String)} whose texts are hard on a parser: line ends, empty lines, NUL, tabs, unicode. */
final class AwkwardRows {
    static final int COUNT = 100_000;
    private static final List<String> TEXTS = List.of(
            "",
            "\n",
            "\n\n",
            "a\n\nb",
            "\r\n\r\n",
            "\0",
            "tab\there",
            "it's \"quoted\" \\ `so`",
            "Zürich 東京 🎉",
            ";",
            "\\N",
            "-- no comment",
            "FORMAT CSV\n\n1,2");

    private AwkwardRows() {}

    /** The table for these rows. */
    static String table(String name) {
        return "CREATE TABLE " + name + " (n UInt32, text String) ENGINE = MergeTree ORDER BY n";
    }

    static String text(int n) {
        return TEXTS.get(n % TEXTS.size()) + (n % 3 == 0 ? "" : n);
    }

    static byte[] rowBinary() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int n = 0; n < COUNT; n++) {
            byte[] text = text(n).getBytes(StandardCharsets.UTF_8);
            for (int shift = 0; shift < 32; shift += 8) {
                out.write(n >>> shift);
            }
            out.write(text.length); // below 128, so one byte
            out.writeBytes(text);
        }
        return out.toByteArray();
    }

    /** One JSON object a line, with an empty line behind every thousandth. */
    static byte[] jsonEachRow() {
        try {
            ObjectMapper json = new ObjectMapper();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int n = 0; n < COUNT; n++) {
                out.writeBytes(json.writeValueAsBytes(Map.of("n", n, "text", text(n))));
                out.writeBytes((n % 1000 == 0 ? "\n\n" : "\n").getBytes(StandardCharsets.UTF_8));
            }
            return out.toByteArray();
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
