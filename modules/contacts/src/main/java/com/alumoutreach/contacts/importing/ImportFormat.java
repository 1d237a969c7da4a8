package com.alumoutreach.contacts.importing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a file is built. */
enum ImportFormat {
    CSV,
    NDJSON;

    /** What is looked at for the separator. */
    private static final int HEAD = 1 << 16;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By the type that it was sent as, or else by its name; CSV where neither tells. */
    static ImportFormat of(@Nullable String contentType, @Nullable String fileName) {
        String both = (contentType + " " + fileName).toLowerCase(Locale.ROOT);
        return both.contains("ndjson") || both.contains("jsonl") || both.contains("jsonlines") ? NDJSON : CSV;
    }

    static ImportFormat named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /**
     * @throws UnreadableFileException what is wrong with the whole file
     * @throws ProblemException INVALID_MAPPING
     */
    FileRows rows(InputStream file, Charset encoding, ColumnMapping mapping) {
        try {
            // What is not of the encoding becomes U+FFFD, by which the row is recognised and rejected.
            Reader text = new BufferedReader(new InputStreamReader(file, encoding), HEAD);
            passByteOrderMark(text);
            return this == NDJSON ? new JsonRows(text, mapping) : new CsvRows(text, separator(text), mapping);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void passByteOrderMark(Reader text) throws IOException {
        text.mark(1);
        if (text.read() != '\uFEFF') {
            text.reset();
        }
    }

    static char separator(Reader text) throws IOException {
        char[] head = new char[HEAD / 2];
        text.mark(HEAD);
        int length = 0;
        for (int count = text.read(head); count > 0; count = text.read(head, length, head.length - length)) {
            length += count;
        }
        text.reset();
        return Separator.in(new String(head, 0, length));
    }
}
