package com.alumoutreach.backbone.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Netty packs answers for those who accept it, but does not tell caches between us that there are two of each. */
@ServerFilter("/api/**")
class EncodingFilter {
    @ResponseFilter
    void answer(MutableHttpResponse<?> response) {
        response.header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    }
}
