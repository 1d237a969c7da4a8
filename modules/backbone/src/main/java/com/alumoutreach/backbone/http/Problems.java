package com.alumoutreach.backbone.http;

import com.alumoutreach.backbone.eventlog.EventLogException;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.contracts.InvalidEventException;
import io.micronaut.context.annotation.Primary;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.exceptions.BufferLengthExceededException;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.security.authentication.AuthorizationException;
import io.netty.handler.codec.compression.DecompressionException;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where failures become answers: problem+json with a stable code, and nothing of our insides. */
@Singleton
@Primary
class Problems implements ErrorResponseProcessor<Problem> {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final String INTERNAL_ERROR = "Something failed on our side; the correlation id finds it in the log";

    private static final String INVALID_VALUE = "INVALID_VALUE";
    private static final String CANNOT_BE_STORED =
            "A value cannot be stored: a text with U+0000, or a number or a time beyond all bounds";

    @Override
    public MutableHttpResponse<Problem> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        Throwable cause = context.getRootCause().orElse(null);
        HttpStatus status = status(HttpStatus.valueOf(response.code()), cause);
        if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
            LOG.error("request.failed path={}", context.getRequest().getPath(), cause);
        } else if (unstorable(cause)) {
            logUnstorable(context.getRequest(), cause);
        }
        Problem problem = problem(
                context.getRequest(), status, codeOf(status, cause), detail(status, cause, context), fields(cause));
        return response.status(status).body(problem).contentType(MediaType.of(Problem.MEDIA_TYPE));
    }

    /** A body that breaks off while it is read or unpacked is not an error of ours, as Micronaut takes it. */
    private static HttpStatus status(HttpStatus said, @Nullable Throwable cause) {
        if (said != HttpStatus.INTERNAL_SERVER_ERROR) {
            return said;
        }
        if (causes(cause)
                .anyMatch(e ->
                        e instanceof BufferLengthExceededException || e instanceof ContentLengthExceededException)) {
            return HttpStatus.REQUEST_ENTITY_TOO_LARGE;
        }
        return notPacked(cause) || unstorable(cause) ? HttpStatus.BAD_REQUEST : said;
    }

    private static boolean notPacked(@Nullable Throwable cause) {
        return causes(cause).anyMatch(DecompressionException.class::isInstance);
    }

    static MutableHttpResponse<Problem> answer(HttpRequest<?> request, HttpStatus status, String code, String detail) {
        return answer(request, status, code, detail, null);
    }

    private static MutableHttpResponse<Problem> answer(
            HttpRequest<?> request,
            HttpStatus status,
            String code,
            String detail,
            @Nullable List<Problem.FieldError> errors) {
        return HttpResponse.<Problem>status(status)
                .body(problem(request, status, code, detail, errors))
                .contentType(MediaType.of(Problem.MEDIA_TYPE));
    }

    private static Problem problem(
            HttpRequest<?> request,
            HttpStatus status,
            String code,
            @Nullable String detail,
            @Nullable List<Problem.FieldError> errors) {
        return new Problem(
                "about:blank",
                status.getReason(),
                status.getCode(),
                code,
                detail,
                request.getPath(),
                CorrelationFilter.idOf(request),
                errors);
    }

    private static String codeOf(HttpStatus status, @Nullable Throwable cause) {
        if (cause instanceof ConstraintViolationException) {
            return "VALIDATION_FAILED";
        }
        if (notPacked(cause)) {
            return "INVALID_CONTENT_ENCODING";
        }
        if (unstorable(cause)) {
            return INVALID_VALUE;
        }
        return switch (status) {
            case BAD_REQUEST -> tooDeep(cause) ? "BODY_TOO_DEEP" : "BAD_REQUEST";
            case NOT_FOUND -> "NOT_FOUND";
            case REQUEST_ENTITY_TOO_LARGE -> "BODY_TOO_LARGE";
            case INTERNAL_SERVER_ERROR -> "INTERNAL_ERROR";
            default -> status.name().toUpperCase(Locale.ROOT);
        };
    }

    private static @Nullable String detail(HttpStatus status, @Nullable Throwable cause, ErrorContext context) {
        if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
            return INTERNAL_ERROR;
        }
        if (cause instanceof ConstraintViolationException) {
            return "The request breaks rules of its fields";
        }
        if (status == HttpStatus.REQUEST_ENTITY_TOO_LARGE) {
            return "The body is larger than allowed";
        }
        if (notPacked(cause)) {
            return "The body is not encoded as its Content-Encoding says";
        }
        if (unstorable(cause)) {
            return CANNOT_BE_STORED;
        }
        if (tooDeep(cause)) {
            return "The body has too many objects and lists within each other";
        }
        return context.getErrors().stream().map(Error::getMessage).findFirst().orElse(null);
    }

    /** Jackson's limit has a type of its own, which it shares with others; Serde's has only its words. */
    private static boolean tooDeep(@Nullable Throwable cause) {
        return causes(cause)
                .map(Throwable::getMessage)
                .anyMatch(message -> message != null
                        && (message.contains("nesting depth") || message.startsWith("Maximum depth exceeded")));
    }

    private static Stream<Throwable> causes(@Nullable Throwable e) {
        return Stream.iterate(e, Objects::nonNull, Throwable::getCause);
    }

    private static @Nullable List<Problem.FieldError> fields(@Nullable Throwable cause) {
        if (!(cause instanceof ConstraintViolationException violations)) {
            return null;
        }
        return violations.getConstraintViolations().stream()
                .map(v -> new Problem.FieldError(lastPart(v.getPropertyPath().toString()), v.getMessage()))
                .toList();
    }

    /** Paths start with the controller's method and parameter: {@code create.request.email}. */
    private static String lastPart(String path) {
        String[] parts = path.split("\\.", 3);
        return parts[parts.length - 1];
    }

    /** 401 without a token, 403 with one that is not enough. */
    static MutableHttpResponse<Problem> answer(HttpRequest<?> request, AuthorizationException e) {
        return e.isForbidden()
                ? answer(request, HttpStatus.FORBIDDEN, "FORBIDDEN", "Your role may not do this")
                : answer(request, HttpStatus.UNAUTHORIZED, "UNAUTHORIZED", "A valid bearer token is needed");
    }

    static MutableHttpResponse<Problem> answer(HttpRequest<?> request, ProblemException e) {
        MutableHttpResponse<Problem> answer =
                answer(request, e.status(), e.code(), String.valueOf(e.getMessage()), e.errors());
        Duration wait = e.retryAfter();
        return wait == null ? answer : answer.header(HttpHeaders.RETRY_AFTER, Long.toString(wait.toSeconds()));
    }

    static MutableHttpResponse<Problem> answer(HttpRequest<?> request, InvalidEventException e) {
        return answer(request, HttpStatus.BAD_REQUEST, e.code(), String.valueOf(e.getMessage()));
    }

    static MutableHttpResponse<Problem> answer(HttpRequest<?> request, NatsAwayException e) {
        LOG.warn("request.nats_away path={} reason={}", request.getPath(), e.getMessage());
        return answer(request, HttpStatus.SERVICE_UNAVAILABLE, "NATS_AWAY", "NATS cannot be reached; try again later");
    }

    static MutableHttpResponse<Problem> answer(HttpRequest<?> request, JdbiException e) {
        return ofDatabase(request, e, e instanceof ConnectionException);
    }

    static MutableHttpResponse<Problem> answer(HttpRequest<?> request, EventLogException e) {
        return ofDatabase(request, e, false);
    }

    private static MutableHttpResponse<Problem> ofDatabase(
            HttpRequest<?> request, RuntimeException e, boolean notConnected) {
        if (notConnected || databaseUnable(e)) {
            LOG.warn("request.postgres_away path={} reason={}", request.getPath(), e.getMessage());
            return answer(
                    request,
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "POSTGRES_AWAY",
                    "The database cannot be reached, or takes nothing more; try again later");
        }
        if (unstorable(e)) {
            logUnstorable(request, e);
            return answer(request, HttpStatus.BAD_REQUEST, INVALID_VALUE, CANNOT_BE_STORED);
        }
        LOG.error("request.failed path={}", request.getPath(), e);
        return answer(request, HttpStatus.INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", INTERNAL_ERROR);
    }

    /** SQLSTATE classes 08 (connection), 53 (no disk, no memory, too many connections) and 57P (the server stops). */
    private static boolean databaseUnable(Throwable failure) {
        return hasState(failure, "08", "53", "57P");
    }

    /**
     * SQLSTATE class 22: what Postgres finds no room for in its types, U+0000 in a text (22021, in JSON 22P05) or a number or time
     * beyond all bounds (22003, 22008). Endpoints refuse it before; this is the net below them.
     */
    private static boolean unstorable(@Nullable Throwable failure) {
        return hasState(failure, "22");
    }

    /** One line, since anybody can make it: what failed, and where, is at level debug, with the caller's values. */
    private static void logUnstorable(HttpRequest<?> request, @Nullable Throwable cause) {
        LOG.warn(
                "request.not_stored path={} state={}",
                request.getPath(),
                states(cause).toList());
        LOG.debug("request.not_stored", cause);
    }

    private static boolean hasState(@Nullable Throwable failure, String... beginnings) {
        return states(failure).anyMatch(state -> Stream.of(beginnings).anyMatch(state::startsWith));
    }

    private static Stream<String> states(@Nullable Throwable failure) {
        return causes(failure)
                .filter(SQLException.class::isInstance)
                .map(cause -> String.valueOf(((SQLException) cause).getSQLState()));
    }
}
