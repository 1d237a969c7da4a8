package com.alumoutreach.embedded.clickhouse;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** An answer read as text. */
record TextResponse(HttpResponse<byte[]> bytes) implements HttpResponse<String> {
    @Override
    public int statusCode() {
        return bytes.statusCode();
    }

    @Override
    public HttpRequest request() {
        return bytes.request();
    }

    @Override
    public Optional<HttpResponse<String>> previousResponse() {
        return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
        return bytes.headers();
    }

    @Override
    public String body() {
        return new String(bytes.body(), StandardCharsets.UTF_8);
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return bytes.sslSession();
    }

    @Override
    public URI uri() {
        return bytes.uri();
    }

    @Override
    public HttpClient.Version version() {
        return bytes.version();
    }
}
