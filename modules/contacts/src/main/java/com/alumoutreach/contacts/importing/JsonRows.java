package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file with one JSON object a line. Keys are mapped as columns are; an object {@code attributes} has attributes by
 * name, an object {@code consent} yes or no by channel and topic.
 */
final class JsonRows implements FileRows {
    private static final int MAX_LINE = 1 << 20;
    private static final int KNOWN_KEYS = 2_000;
    private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    private final BufferedReader file;
    private final ColumnMapping mapping;
    private final Map<String, Field> known = new HashMap<>();
    private long position;

    JsonRows(Reader file, ColumnMapping mapping) {
        this.file = new BufferedReader(file);
        this.mapping = mapping;
    }

    @Override
    public List<String> header() {
        return List.of("line");
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void skipTo(long row) {
        while (position < row && line() != null) {
            position++;
        }
    }

    @Override
    public @Nullable Row next() {
        String line = line();
        return line == null ? null : new JsonRow(++position, line);
    }

    /** The next line that is not blank; of one that is too long only the beginning, and the rest is passed over. */
    private @Nullable String line() {
        try {
            StringBuilder line = new StringBuilder();
            for (int c = file.read(); c >= 0; c = file.read()) {
                if (c != '\n' && c != '\r') {
                    if (line.length() <= MAX_LINE) {
                        line.append((char) c);
                    }
                } else if (!line.toString().isBlank()) {
                    return line.toString();
                } else {
                    line.setLength(0);
                }
            }
            return line.toString().isBlank() ? null : line.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The keys of one of these rows; none where it is no object. */
    Set<String> keys(Row row) {
        try {
            return row instanceof JsonRow json ? json.object().keySet() : Set.of();
        } catch (ProblemException e) {
            return Set.of();
        }
    }

    private Field field(String key) {
        Field field = known.get(key);
        if (field == null) {
            Field said = mapping.said(key.strip());
            field = said == null ? Field.attribute(key.strip()) : said;
            if (known.size() < KNOWN_KEYS) {
                known.put(key, field);
            }
        }
        return field;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private final class JsonRow implements Row {
        private final long number;
        private final String line;

        JsonRow(long number, String line) {
            this.number = number;
            this.line = line;
        }

        @Override
        public long number() {
            return number;
        }

        @Override
        public List<String> cells() {
            return List.of(line);
        }

        @Override
        public int characters() {
            return line.length();
        }

        @Override
        public RowDraft draft() {
            if (line.length() > MAX_LINE) {
                throw ProblemException.badRequest("ROW_TOO_LARGE", "A line has at most " + MAX_LINE + " characters");
            }
            if (line.indexOf('\uFFFD') >= 0) {
                throw ProblemException.badRequest("INVALID_ENCODING", "The row is not of the file's encoding");
            }
            Map<String, @Nullable Object> object = object();
            RowDraft draft = new RowDraft();
            object.forEach((key, value) -> put(draft, key, value));
            return draft;
        }

        private Map<String, @Nullable Object> object() {
            try {
                Map<String, @Nullable Object> object = EventCodec.mapper().readValue(line, OBJECT);
                if (object != null) {
                    return object;
                }
            } catch (JsonProcessingException e) {
                throw invalid();
            }
            throw invalid();
        }

        private static ProblemException invalid() {
            return ProblemException.badRequest("INVALID_JSON", "The line is not a JSON object");
        }

        private void put(RowDraft draft, String key, @Nullable Object value) {
            if (value instanceof Map<?, ?> inner && (key.equals("attributes") || key.equals("consent"))) {
                inner.forEach((name, each) -> {
                    if (each != null) {
                        draft.put(named(key + "." + name), each);
                    }
                });
            } else if (value != null) {
                draft.put(field(key), value);
            }
        }

        private static Field named(String name) {
            return Field.named(name)
                    .orElseThrow(() -> ProblemException.badRequest("INVALID_CONSENT", "There is no such channel"));
        }
    }
}
