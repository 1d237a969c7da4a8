package com.alumoutreach.backbone.http;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header): a request that is sent again takes effect once and is
 * answered as the first time. The key and its answer are rows of the transaction that has the effect, so there is no moment
 * in which a process could die with one and without the other. An error rolls both back: the key is free again.
 */
@EachBean(ServiceModule.class)
public class Idempotency {
    public static final String HEADER = "Idempotency-Key";

    /** How long a key is known. */
    public static final Duration KEPT = Duration.ofHours(24);

    /** On answers that were given before. */
    static final String REPLAYED = "Idempotency-Replayed";

    /** A client that retries sooner than its first request takes; each that waits holds a connection meanwhile. */
    private static final Duration WAIT = Duration.ofSeconds(3);

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Database database;
    private final JsonMapper json;
    private final String table;

    Idempotency(@Parameter ServiceModule module, Database database, JsonMapper json) {
        this.database = database;
        this.json = json;
        this.table = module.schema() + ".idempotency_keys";
    }

    private record Kept(
            byte[] fingerprint,
            int status,
            @Nullable String location,
            @Nullable String etag,
            byte @Nullable [] body) {}

    /**
     * Does the work in a transaction of the caller's tenant, or answers what it answered before. Without the header it is
     * only a transaction.
     *
     * @param body what was sent, for the comparison with the first request: a serdeable object
     * @param work makes an answer below 400 or throws; everything it does goes through the handle. Another transaction
     *     inside of it would not stand or fall with the key
     * @throws ProblemException INVALID_IDEMPOTENCY_KEY; IDEMPOTENCY_KEY_REUSED with another request; IDEMPOTENCY_KEY_IN_USE
     *     when the first request is not done after 3 s
     */
    public <T> HttpResponse<T> once(
            Caller caller, HttpRequest<?> request, Object body, Function<Handle, HttpResponse<T>> work) {
        String key = key(request);
        if (key == null) {
            return database.inTransaction(caller.tenantId(), work);
        }
        byte[] fingerprint = fingerprint(caller, request, body);
        return database.inTransaction(caller.tenantId(), tx -> {
            if (!claimed(tx, caller.tenantId(), key, fingerprint)) {
                return replayed(kept(tx, caller.tenantId(), key), fingerprint);
            }
            HttpResponse<T> answer = work.apply(tx);
            keep(tx, caller.tenantId(), key, answer);
            return answer;
        });
    }

    /**
     * The key of a request, checked; null when it has none.
     *
     * @throws ProblemException INVALID_IDEMPOTENCY_KEY
     */
    public static @Nullable String key(HttpRequest<?> request) {
        List<String> keys = request.getHeaders().getAll(HEADER);
        if (keys.isEmpty()) {
            return null;
        }
        if (keys.size() > 1 || !KEY.matcher(keys.getFirst()).matches()) {
            throw ProblemException.badRequest(
                    "INVALID_IDEMPOTENCY_KEY", HEADER + " is 1 to 255 visible ASCII characters, once");
        }
        return keys.getFirst();
    }

    /**
     * Whether the key is ours to use. A key that another transaction holds is waited for: if that commits, the key is taken,
     * and if it fails, the key is ours. One that is older than a day counts as forgotten.
     */
    private boolean claimed(Handle tx, String tenant, String key, byte[] fingerprint) {
        try {
            lockTimeout(tx, WAIT);
            boolean claimed = tx.createQuery("""
                            INSERT INTO %s AS k (tenant_id, key, fingerprint) VALUES (:tenant, :key, :fingerprint)
                            ON CONFLICT (tenant_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, created_at = now()
                            WHERE k.created_at < now() - make_interval(secs => :kept) RETURNING true""".formatted(table))
                    .bind("tenant", tenant)
                    .bind("key", key)
                    .bind("fingerprint", fingerprint)
                    .bind("kept", KEPT.toSeconds())
                    .mapTo(Boolean.class)
                    .findFirst()
                    .isPresent();
            lockTimeout(tx, Duration.ZERO);
            return claimed;
        } catch (UnableToExecuteStatementException e) {
            if (e.getCause() instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState())) {
                throw ProblemException.conflict(
                                "IDEMPOTENCY_KEY_IN_USE", "The first request with this key is not done yet")
                        .retryAfter(WAIT);
            }
            throw e;
        }
    }

    /** Until the transaction ends; zero is without end. */
    private static void lockTimeout(Handle tx, Duration timeout) {
        tx.createQuery("SELECT set_config('lock_timeout', :millis, true)")
                .bind("millis", Long.toString(timeout.toMillis()))
                .mapTo(String.class)
                .one();
    }

    private Kept kept(Handle tx, String tenant, String key) {
        return tx.createQuery("SELECT fingerprint, status, location, etag, body FROM " + table
                        + " WHERE tenant_id = :tenant AND key = :key")
                .bind("tenant", tenant)
                .bind("key", key)
                .map((row, context) ->
                        new Kept(row.getBytes(1), row.getInt(2), row.getString(3), row.getString(4), row.getBytes(5)))
                .one();
    }

    private void keep(Handle tx, String tenant, String key, HttpResponse<?> answer) {
        tx.createUpdate("UPDATE " + table + " SET status = :status, location = :location, etag = :etag, body = :body"
                        + " WHERE tenant_id = :tenant AND key = :key")
                .bind("status", answer.code())
                .bind("location", answer.getHeaders().get(HttpHeaders.LOCATION))
                .bind("etag", answer.getHeaders().get(HttpHeaders.ETAG))
                .bind("body", answer.getBody().map(this::bytes).orElse(null))
                .bind("tenant", tenant)
                .bind("key", key)
                .execute();
    }

    /** The body is JSON already, whatever type the endpoint declares: Micronaut writes what is there. */
    @SuppressWarnings("unchecked")
    private static <T> HttpResponse<T> replayed(Kept first, byte[] fingerprint) {
        if (!MessageDigest.isEqual(first.fingerprint(), fingerprint)) {
            throw new ProblemException(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "IDEMPOTENCY_KEY_REUSED",
                    "This key was used for another request in the last 24 hours");
        }
        if (first.status() == HttpStatus.GONE.getCode()) {
            throw new ProblemException(
                    HttpStatus.GONE, "CONTACT_ERASED", "This request was answered; the contact of it is erased since");
        }
        MutableHttpResponse<Object> answer =
                HttpResponse.status(HttpStatus.valueOf(first.status())).header(REPLAYED, "true");
        if (first.location() != null) {
            answer.header(HttpHeaders.LOCATION, first.location());
        }
        if (first.etag() != null) {
            answer.header(HttpHeaders.ETAG, first.etag());
        }
        if (first.body() != null) {
            answer.body(first.body()).contentType(MediaType.APPLICATION_JSON_TYPE);
        }
        return (HttpResponse<T>) answer;
    }

    private byte[] fingerprint(Caller caller, HttpRequest<?> request, Object body) {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            add(hash, text(request.getMethodName()));
            add(hash, text(request.getUri().toString()));
            add(hash, text(caller.tenantId()));
            add(hash, bytes(body));
            return hash.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With its length, so that no two lists of parts are the same text. */
    private static void add(MessageDigest hash, byte[] part) {
        hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
        hash.update(part);
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] bytes(Object value) {
        try {
            return Objects.requireNonNull(json.writeValueAsBytes(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
