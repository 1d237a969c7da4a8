package com.alumoutreach.backbone.http;

import com.alumoutreach.backbone.eventlog.EventLogException;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.contracts.InvalidEventException;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.authentication.DefaultAuthorizationExceptionHandler;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.JdbiException;

/** Which exceptions of ours mean which answer. */
@Controller
class ProblemHandlers {
    @Error(global = true)
    MutableHttpResponse<Problem> on(HttpRequest<?> request, ProblemException e) {
        return Problems.answer(request, e);
    }

    @Error(global = true)
    MutableHttpResponse<Problem> on(HttpRequest<?> request, InvalidEventException e) {
        return Problems.answer(request, e);
    }

    @Error(global = true)
    MutableHttpResponse<Problem> on(HttpRequest<?> request, NatsAwayException e) {
        return Problems.answer(request, e);
    }

    @Error(global = true)
    MutableHttpResponse<Problem> on(HttpRequest<?> request, JdbiException e) {
        return Problems.answer(request, e);
    }

    @Error(global = true)
    MutableHttpResponse<Problem> on(HttpRequest<?> request, EventLogException e) {
        return Problems.answer(request, e);
    }

    /** Micronaut Security throws from a filter, where {@code @Error} methods do not reach. */
    @Singleton
    @Replaces(DefaultAuthorizationExceptionHandler.class)
    static class Unauthorized implements ExceptionHandler<AuthorizationException, MutableHttpResponse<?>> {
        @Override
        @SuppressWarnings("rawtypes")
        public MutableHttpResponse<?> handle(HttpRequest request, AuthorizationException e) {
            return Problems.answer(request, e);
        }
    }
}
