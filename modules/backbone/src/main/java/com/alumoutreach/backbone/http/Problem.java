package com.alumoutreach.backbone.http;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * An error answer, RFC 9457.
 *
 * @param code stable over versions, for programs; {@code detail} is for people
 * @param errors one for each invalid field, or line of a file
 */
@Serdeable
public record Problem(
        String type,
        String title,
        int status,
        String code,
        @Nullable String detail,
        @Nullable String instance,
        @Nullable String correlationId,
        @Nullable List<FieldError> errors) {
    public static final String MEDIA_TYPE = "application/problem+json";

    /** One invalid field of a request; of a file, {@code line 7}. */
    @Serdeable
    public record FieldError(String field, String message) {}
}
