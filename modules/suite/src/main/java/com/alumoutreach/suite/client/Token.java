package com.alumoutreach.suite.client;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.JwtSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes bearer tokens (RFC 7519, HS256) that the suite of a folder accepts. */
public final class Token {
    private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    private static final String ISSUER = "alumoutreach";

    private Token() {}

    /** @param role {@code admin}, {@code operator} or {@code analyst} */
    public static String issue(DataFolder data, String tenant, String role, Duration timeToLive) {
        Instant now = Instant.now();
        String claims = EventCodec.mapper()
                .createObjectNode()
                .put("sub", "cli")
                .put("tenant", tenant)
                .put("role", role)
                .put("iss", ISSUER)
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(timeToLive).getEpochSecond())
                .toString();
        String content =
                base64(HEADER.getBytes(StandardCharsets.UTF_8)) + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
        return content + "." + base64(signature(content, JwtSecret.of(data)));
    }

    private static byte[] signature(String content, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HmacSHA256", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
