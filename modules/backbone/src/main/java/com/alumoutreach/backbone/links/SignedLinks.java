package com.alumoutreach.backbone.links;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes links and reads them: {@code <public-url>/<purpose>/<token>}, where the token is the link as base64url, a dot, and the
 * first 16 bytes of an HMAC-SHA-256 over it.
 *
 * <p>The key comes from {@code ALUM_LINK_SECRET}, or from the secret of the API tokens where that is not set. Several secrets,
 * separated by commas, are a change of keys: the first signs, all are accepted.
 */
@Singleton
public class SignedLinks {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIGNATURE_BYTES = 16;

    /** Longer than any link that we make. */
    private static final int MAX_TOKEN = 2_000;

    private final String publicUrl;
    private final List<SecretKeySpec> keys;
    private final Clock clock;

    SignedLinks(
            @Value("${alum.public-url}") String publicUrl,
            @Value("${alum.links.secret}") String secrets,
            @Value("${micronaut.security.token.jwt.signatures.secret.validation.secret}") String apiSecret,
            Clock clock) {
        this.publicUrl = publicUrl.replaceAll("/+$", "");
        String named = secrets.isBlank() ? apiSecret : secrets;
        this.keys = Arrays.stream(named.split(","))
                .map(String::strip)
                .filter(secret -> !secret.isEmpty())
                .map(SignedLinks::key)
                .toList();
        this.clock = clock;
    }

    /** The whole URL. */
    public String url(Link link) {
        return publicUrl + "/" + link.purpose().name().toLowerCase(Locale.ROOT) + "/" + token(link);
    }

    /** @throws IllegalStateException without a secret */
    public String token(Link link) {
        if (keys.isEmpty()) {
            throw new IllegalStateException("Links need ALUM_LINK_SECRET or ALUM_JWT_SECRET");
        }
        ArrayNode fields = EventCodec.mapper().createArrayNode();
        fields.add(link.purpose().ordinal());
        fields.add(link.tenantId());
        fields.add(link.contactId());
        fields.add(link.channel());
        fields.add(link.topic());
        fields.add(link.messageId());
        fields.add(link.expires() == null ? null : link.expires().getEpochSecond());
        byte[] content = fields.toString().getBytes(StandardCharsets.UTF_8);
        return text(content) + "." + text(signature(keys.getFirst(), content));
    }

    /** The link; empty unless we made it, for this purpose, and it has not expired. */
    public Optional<Link> read(Link.Purpose purpose, String token) {
        int dot = token.indexOf('.');
        if (dot < 0 || token.length() > MAX_TOKEN) {
            return Optional.empty();
        }
        try {
            byte[] content = Base64.getUrlDecoder().decode(token.substring(0, dot));
            byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
            if (keys.stream().noneMatch(key -> MessageDigest.isEqual(signature(key, content), signature))) {
                return Optional.empty();
            }
            Link link = link(EventCodec.mapper().readTree(new String(content, StandardCharsets.UTF_8)));
            boolean expired = link.expires() != null && link.expires().isBefore(clock.instant());
            return link.purpose() == purpose && !expired ? Optional.of(link) : Optional.empty();
        } catch (IllegalArgumentException | JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static Link link(JsonNode fields) {
        JsonNode expires = fields.get(6);
        return new Link(
                Link.Purpose.values()[fields.get(0).intValue()],
                fields.get(1).textValue(),
                fields.get(2).textValue(),
                fields.get(3).textValue(),
                optional(fields.get(4)),
                optional(fields.get(5)),
                expires.isNull() ? null : Instant.ofEpochSecond(expires.longValue()));
    }

    private static @Nullable String optional(JsonNode text) {
        return text.isNull() ? null : text.textValue();
    }

    /** A key of its own for links: a signature of one kind is none of the other. */
    private static SecretKeySpec key(String secret) {
        SecretKeySpec master = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
        return new SecretKeySpec(hmac(master, "alumoutreach.links.v1".getBytes(StandardCharsets.UTF_8)), ALGORITHM);
    }

    private static byte[] signature(SecretKeySpec key, byte[] content) {
        return Arrays.copyOf(hmac(key, content), SIGNATURE_BYTES);
    }

    private static byte[] hmac(SecretKeySpec key, byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
