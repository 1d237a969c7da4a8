package com.alumoutreach.analytics.outreach;

import com.alumoutreach.backbone.http.ProblemException;
import io.micronaut.http.HttpStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a file that is read as it comes: one at a time in memory, and of a long one the beginning only. */
final class Lines {
    /** With both, a request is done in seconds; what is more goes into another one. */
    static final long MAX_BYTES = 64L * 1024 * 1024;

    static final long MAX_LINES = 100_000;

    private static final int BUFFER = 1 << 16;
    private static final String BLANKS = " \t\r";

    private final InputStream file;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int end;
    private long bytes;
    private long number;

    Lines(InputStream file) {
        this.file = file;
    }

    /**
     * @param number from 1, blank lines counted
     * @param json of a line that is too long its first {@link ToldEvent#MAX_BYTES} bytes and one more
     */
    record Line(long number, byte[] json) {}

    /**
     * The next line that is not blank; null after the last.
     *
     * @throws ProblemException BODY_TOO_LARGE after so many lines or bytes
     */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (position < end || fill()) {
            int lineEnd = position;
            while (lineEnd < end && buffer[lineEnd] != '\n') {
                lineEnd++;
            }
            text.write(buffer, position, Math.min(lineEnd - position, ToldEvent.MAX_BYTES + 1 - text.size()));
            position = lineEnd + 1;
            if (lineEnd < end) {
                Line line = line(text.toByteArray());
                if (line != null) {
                    return line;
                }
                text.reset();
            }
        }
        return line(text.toByteArray());
    }

    /** Null for a blank one. */
    private @Nullable Line line(byte[] text) {
        number++;
        int first = 0;
        while (first < text.length && BLANKS.indexOf(text[first]) >= 0) {
            first++;
        }
        if (first == text.length) {
            return null;
        }
        if (number > MAX_LINES) {
            throw tooLarge();
        }
        return new Line(number, text);
    }

    private boolean fill() throws IOException {
        position = 0;
        end = file.read(buffer, 0, BUFFER);
        bytes += Math.max(0, end);
        if (bytes > MAX_BYTES) {
            throw tooLarge();
        }
        return end > 0;
    }

    static ProblemException tooLarge() {
        return new ProblemException(
                HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                "BODY_TOO_LARGE",
                "One request takes " + MAX_LINES + " lines or " + MAX_BYTES + " bytes");
    }
}
