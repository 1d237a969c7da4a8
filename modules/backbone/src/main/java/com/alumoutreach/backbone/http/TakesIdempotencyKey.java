package com.alumoutreach.backbone.http;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes in OpenAPI that an endpoint takes an {@code Idempotency-Key}; {@link Idempotency} is what does it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Operation(
        parameters =
                @Parameter(
                        name = Idempotency.HEADER,
                        in = ParameterIn.HEADER,
                        schema = @Schema(type = "string", maxLength = 255)))
public @interface TakesIdempotencyKey {}
