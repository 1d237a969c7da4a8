package com.alumoutreach.suite.running;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The addresses of a running suite, in {@code run.env}: lines that a shell's {@code source} reads. There while it runs. */
public record RunEnv(Map<String, String> values) {
    public static final String ALUM_URL = "ALUM_URL";
    public static final String NATS_URL = "NATS_URL";
    public static final String POSTGRES_URL = "POSTGRES_URL";
    public static final String CLICKHOUSE_URL = "CLICKHOUSE_URL";
    public static final String SMTP_URL = "SMTP_URL";
    public static final String ALUM_LOG = "ALUM_LOG";

    public static Optional<RunEnv> read(DataFolder data) {
        Map<String, String> values = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(data.runEnv())) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), unquoted(line.substring(equals + 1)));
                }
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + data.runEnv(), e);
        }
        return Optional.of(new RunEnv(values));
    }

    /** @throws SuiteException when no suite runs on this folder */
    public static RunEnv ofRunning(DataFolder data) {
        if (!SuiteLock.isHeld(data)) {
            throw new SuiteException("no suite runs on " + data.root() + "; start one with: alum up --detach");
        }
        return read(data).orElseThrow(() -> new SuiteException("the suite on " + data.root() + " is still starting"));
    }

    void write(DataFolder data) {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) ->
                text.append(name).append('=').append(quoted(value)).append('\n'));
        DataFolder.writePrivately(data.runEnv(), text.toString());
    }

    public String get(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new SuiteException("run.env has no " + name);
        }
        return value;
    }

    /** In single quotes a shell expands nothing; a single quote itself becomes {@code '\''}. */
    private static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("'")) {
            return value;
        }
        return value.substring(1, value.length() - 1).replace("'\\''", "'");
    }
}
