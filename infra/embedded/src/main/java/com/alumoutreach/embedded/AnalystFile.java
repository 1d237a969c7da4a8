package com.alumoutreach.embedded;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Properties;

/** The analysts of the ClickHouse endpoint, which reads the file again when it changes. Readable by its owner only. */
record AnalystFile(Path file) {
    private static final int SECRET_BYTES = 18;
    private static final int NAME_CHARS = 40;

    AnalystLogin of(String tenant) {
        if (tenant.isBlank() || tenant.chars().anyMatch(Character::isISOControl)) {
            throw new EmbeddedServerException("A tenant has a name without control characters");
        }
        try {
            Properties analysts = read();
            String user = user(tenant);
            String password = analysts.getProperty(user + ".password");
            if (password == null) {
                password = secret();
                analysts.setProperty(user + ".password", password);
                analysts.setProperty(user + ".tenant", tenant);
                write(analysts);
            }
            return new AnalystLogin(user, password);
        } catch (IOException e) {
            throw EmbeddedServerException.because("Cannot keep an analyst in " + file, e);
        }
    }

    /** Of letters that need no escape in a URL or a shell; a hash tells tenants apart that look the same then. */
    private static String user(String tenant) {
        String plain = tenant.replaceAll("[^A-Za-z0-9_-]", "-");
        if (plain.equals(tenant) && plain.length() <= NAME_CHARS) {
            return "analyst-" + plain;
        }
        String start = plain.substring(0, Math.min(NAME_CHARS, plain.length()));
        return "analyst-" + start + "." + HexFormat.of().toHexDigits(hash(tenant));
    }

    private static long hash(String tenant) {
        return java.util
                .UUID
                .nameUUIDFromBytes(tenant.getBytes(StandardCharsets.UTF_8))
                .getMostSignificantBits();
    }

    private static String secret() {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private Properties read() throws IOException {
        Properties analysts = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                analysts.load(reader);
            }
        }
        return analysts;
    }

    private void write(Properties analysts) throws IOException {
        Path draft = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                "analysts",
                ".draft",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (Writer writer = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
            analysts.store(writer, "Analysts: each sees one tenant's rows");
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
