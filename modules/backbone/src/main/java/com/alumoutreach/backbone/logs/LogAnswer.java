package com.alumoutreach.backbone.logs;

import com.alumoutreach.contracts.EventCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of an answer as it travels: a first line that says where it ended, and a line for each event or tenant. It is not
 * packed: between two machines of one network that would take longer than sending it.
 *
 * @param after to be given with the next question; null when this was the last page
 * @param failed the service could not look now; there are no lines
 */
record LogAnswer(LogQuestion.@Nullable After after, boolean failed, List<byte[]> lines) {
    /** JSON has no line breaks but escaped ones. */
    private static final char END = '\n';

    private record Head(LogQuestion.@Nullable After after, boolean failed) {}

    static LogAnswer ofFailure() {
        return new LogAnswer(null, true, List.of());
    }

    byte[] written() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(EventCodec.mapper().writeValueAsBytes(new Head(after, failed)));
        for (byte[] line : lines) {
            bytes.write(END);
            bytes.writeBytes(line);
        }
        return bytes.toByteArray();
    }

    static LogAnswer read(byte[] bytes) throws IOException {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == END) {
                lines.add(java.util.Arrays.copyOfRange(bytes, start, i));
                start = i + 1;
            }
        }
        Head head = EventCodec.mapper().readValue(lines.removeFirst(), Head.class);
        return new LogAnswer(head.after(), head.failed(), lines);
    }

    /** A line of an answer: words before the JSON, none of which has a blank. */
    static byte[] line(String words, byte[] json) {
        byte[] before = (words + " ").getBytes(StandardCharsets.UTF_8);
        byte[] line = java.util.Arrays.copyOf(before, before.length + json.length);
        System.arraycopy(json, 0, line, before.length, json.length);
        return line;
    }
}
