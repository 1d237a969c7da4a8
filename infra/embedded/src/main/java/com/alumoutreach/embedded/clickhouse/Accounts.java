package com.alumoutreach.embedded.clickhouse;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The users of the endpoint. Those of the users file (names and passwords) may do everything. Those of the analysts file have
 * {@code NAME.password}, {@code NAME.tenant} and, where they are not the usual ones, limits such as {@code
 * NAME.max_execution_time}; it is read again when it changes.
 */
final class Accounts {
    /** Seconds, rows, bytes and rows: generous for one person's questions, and no more than the machine has. */
    private static final Map<String, String> LIMITS = Map.of(
            "max_execution_time", "30",
            "max_rows_to_read", "1000000000",
            "max_memory_usage", "2000000000",
            "max_result_rows", "1000000");

    private final Properties users;
    private final @Nullable Path analystsFile;
    private Properties analysts = new Properties();
    private @Nullable FileTime analystsRead;

    private Accounts(Properties users, @Nullable Path analystsFile) {
        this.users = users;
        this.analystsFile = analystsFile;
    }

    /** @param analystsFile may be missing, now or for ever */
    static Accounts read(Path usersFile, @Nullable Path analystsFile) throws IOException {
        if (!Files.isRegularFile(usersFile)) {
            throw new IOException("There is no users file " + usersFile);
        }
        return new Accounts(load(usersFile), analystsFile);
    }

    Account require(String user, String password) {
        String everything = users.getProperty(user);
        if (everything != null) {
            requireSame(user, everything, password);
            return new Account(user, null, Map.of());
        }
        Properties known = analysts();
        String tenant = known.getProperty(user + ".tenant");
        requireSame(user, tenant == null ? null : known.getProperty(user + ".password"), password);
        Map<String, String> limits = new LinkedHashMap<>();
        LIMITS.forEach((name, usual) -> limits.put(name, known.getProperty(user + "." + name, usual)));
        return new Account(user, tenant, limits);
    }

    private static void requireSame(String user, @Nullable String expected, String password) {
        byte[] given = password.getBytes(StandardCharsets.UTF_8);
        if (expected == null || !MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given)) {
            throw ClickHouseException.of(
                    ClickHouseException.AUTHENTICATION_FAILED,
                    "AUTHENTICATION_FAILED",
                    user + ": Authentication failed: password is incorrect, or there is no user with such name.");
        }
    }

    private synchronized Properties analysts() {
        Path file = analystsFile;
        try {
            if (file != null && Files.isRegularFile(file)) {
                FileTime changed = Files.getLastModifiedTime(file);
                if (!changed.equals(analystsRead)) {
                    analysts = load(file);
                    analystsRead = changed;
                }
            }
        } catch (IOException e) {
            // It is being replaced; the next request finds the new one.
            analystsRead = null;
        }
        return analysts;
    }

    private static Properties load(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        return properties;
    }
}
