package com.alumoutreach.backbone.testing;

import com.alumoutreach.backbone.http.Role;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;

/** Bearer tokens that services under test take. */
public final class TestToken {
    static final String SECRET = "only-for-tests-only-for-tests-only-for-tests";
    private static final long HOUR = 3_600;

    private TestToken() {}

    /** Valid for an hour. */
    public static String of(String tenant, Role role) {
        return of(tenant, role, Instant.now().plusSeconds(HOUR));
    }

    static String of(String tenant, Role role, Instant expires) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject("tester")
                .issuer("alumoutreach")
                .claim("tenant", tenant)
                .claim("role", role.name().toLowerCase(Locale.ROOT))
                .expirationTime(Date.from(expires))
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(new MACSigner(SECRET));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }
}
