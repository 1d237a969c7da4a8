package com.alumoutreach.backbone.http;

import com.alumoutreach.contracts.EventIds;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.regex.Pattern;

/** Gives every request a correlation id, the caller's own where it is sane, and returns it in the answer. */
@ServerFilter("/**")
class CorrelationFilter implements Ordered {
    static final String HEADER = "X-Correlation-Id";
    private static final String ATTRIBUTE = "alum.correlationId";

    /** Goes into logs and headers, so it is kept to harmless characters. */
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/-]{1,128}");

    @RequestFilter
    void assign(HttpRequest<?> request) {
        idOf(request);
    }

    @ResponseFilter
    void answer(HttpRequest<?> request, MutableHttpResponse<?> response) {
        response.header(HEADER, idOf(request));
    }

    static String idOf(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, String.class).orElseGet(() -> {
            String asked = request.getHeaders().get(HEADER);
            String id = asked != null && SANE.matcher(asked).matches()
                    ? asked
                    : EventIds.next().toString();
            request.setAttribute(ATTRIBUTE, id);
            return id;
        });
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}
