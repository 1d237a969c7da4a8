package com.alumoutreach.suite.running;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The secret that signs this suite's tokens; made once, then kept, so that a token outlives a restart. */
public final class JwtSecret {
    private static final String NAME = "ALUM_JWT_SECRET=";

    /** RFC 7518, section 3.2: at least as long as the hash, 32 bytes for HS256. As hex text it is twice that. */
    private static final int BYTES = 32;

    private JwtSecret() {}

    public static String of(DataFolder data) {
        try {
            if (!Files.exists(data.secrets())) {
                byte[] random = new byte[BYTES];
                new SecureRandom().nextBytes(random);
                DataFolder.writePrivately(data.secrets(), NAME + HexFormat.of().formatHex(random) + "\n");
            }
            return Files.readAllLines(data.secrets()).stream()
                    .filter(line -> line.startsWith(NAME))
                    .map(line -> line.substring(NAME.length()))
                    .findFirst()
                    .orElseThrow(() -> new SuiteException(data.secrets() + " has no line " + NAME + "…"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + data.secrets(), e);
        }
    }
}
