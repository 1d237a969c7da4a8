package com.alumoutreach.backbone.http;

import io.micronaut.http.HttpStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expected failure of a request, answered as RFC 9457 {@code application/problem+json} with a stable code. */
public class ProblemException extends RuntimeException {
    private final HttpStatus status;
    private final String code;
    private @Nullable Duration retryAfter;
    private @Nullable List<Problem.FieldError> errors;

    /**
     * @param code upper-case words, stable over versions, for example {@code CONTACT_NOT_FOUND}
     * @param detail one sentence for the caller; no secrets and nothing of other tenants
     */
    public ProblemException(HttpStatus status, String code, String detail) {
        super(detail);
        this.status = status;
        this.code = code;
    }

    public static ProblemException notFound(String entity, String id) {
        String code = entity.toUpperCase(java.util.Locale.ROOT).replace(' ', '_') + "_NOT_FOUND";
        return new ProblemException(HttpStatus.NOT_FOUND, code, "There is no " + entity + " " + id);
    }

    public static ProblemException badRequest(String code, String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, code, detail);
    }

    public static ProblemException conflict(String code, String detail) {
        return new ProblemException(HttpStatus.CONFLICT, code, detail);
    }

    /** Says when it is worth another try: the answer's {@code Retry-After}. */
    public ProblemException retryAfter(Duration wait) {
        this.retryAfter = wait;
        return this;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Says what else is wrong, and where: the answer's {@code errors}. */
    public ProblemException errors(List<Problem.FieldError> found) {
        this.errors = List.copyOf(found);
        return this;
    }

    public @Nullable List<Problem.FieldError> errors() {
        return errors;
    }

    public HttpStatus status() {
        return status;
    }

    public String code() {
        return code;
    }
}
