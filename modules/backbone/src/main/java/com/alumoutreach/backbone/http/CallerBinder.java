package com.alumoutreach.backbone.http;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import io.micronaut.security.authentication.Authentication;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes a {@link Caller} of the token's claims {@code sub}, {@code tenant} and {@code role}. */
@Singleton
class CallerBinder implements TypedRequestArgumentBinder<Caller> {
    private static final Pattern TENANT = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private static final int MAX_REQUEST = 200;

    @Override
    public Argument<Caller> argumentType() {
        return Argument.of(Caller.class);
    }

    @Override
    public BindingResult<Caller> bind(ArgumentConversionContext<Caller> context, HttpRequest<?> source) {
        Optional<Authentication> token = source.getUserPrincipal(Authentication.class);
        return () -> token.map(authentication -> caller(authentication, source));
    }

    private static Caller caller(Authentication token, HttpRequest<?> request) {
        Object tenant = token.getAttributes().get("tenant");
        if (!(tenant instanceof String name) || !TENANT.matcher(name).matches()) {
            throw new ProblemException(HttpStatus.FORBIDDEN, "NO_TENANT", "The token names no tenant");
        }
        return new Caller(
                name,
                token.getName(),
                role(token),
                CorrelationFilter.idOf(request),
                TraceFilter.of(request),
                nameOf(request));
    }

    private static String nameOf(HttpRequest<?> request) {
        String name = request.getMethodName() + " " + request.getPath();
        return name.substring(0, Math.min(name.length(), MAX_REQUEST));
    }

    private static Role role(Authentication token) {
        return token.getRoles().stream()
                .map(name -> name.toUpperCase(Locale.ROOT))
                .flatMap(name -> java.util.Arrays.stream(Role.values())
                        .filter(r -> r.name().equals(name)))
                .findFirst()
                .orElseThrow(
                        () -> new ProblemException(HttpStatus.FORBIDDEN, "NO_ROLE", "The token names no known role"));
    }
}
