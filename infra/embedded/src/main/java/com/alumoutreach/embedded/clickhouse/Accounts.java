package com.alumoutreach.embedded.clickhouse;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Properties;

/** The users of the endpoint, from a properties file of names and passwords. */
final class Accounts {
    private final Properties passwords;

    private Accounts(Properties passwords) {
        this.passwords = passwords;
    }

    static Accounts read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("There is no users file " + file);
        }
        Properties passwords = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            passwords.load(reader);
        }
        return new Accounts(passwords);
    }

    void require(String user, String password) {
        String expected = passwords.getProperty(user);
        byte[] given = password.getBytes(StandardCharsets.UTF_8);
        if (expected == null || !MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given)) {
            throw ClickHouseException.of(
                    ClickHouseException.AUTHENTICATION_FAILED,
                    "AUTHENTICATION_FAILED",
                    user + ": Authentication failed: password is incorrect, or there is no user with such name.");
        }
    }
}
