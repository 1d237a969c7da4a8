package com.alumoutreach.benchmarks;

import com.alumoutreach.embedded.ServerAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** ClickHouse over HTTP, by nothing but the client of the JDK. */
final class ByHand implements AutoCloseable {
    private static final int OK = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private final String login;

    ByHand(ServerAddresses addresses) {
        this.url = addresses.clickhouseUrl() + "/?database=default";
        this.login = "Basic "
                + Base64.getEncoder()
                        .encodeToString((addresses.clickhouseUser() + ":" + addresses.clickhousePassword())
                                .getBytes(StandardCharsets.UTF_8));
    }

    /** @param parameters for the {@code {name:Type}} in the statement */
    CompletableFuture<String> ask(String sql, Map<String, Object> parameters) {
        StringBuilder all = new StringBuilder();
        parameters.forEach((name, value) -> all.append("&param_")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8)));
        return send(all.toString(), HttpRequest.BodyPublishers.ofString(sql));
    }

    String text(String sql) {
        return ask(sql, Map.of()).join().strip();
    }

    long number(String sql) {
        return Long.parseLong(text(sql));
    }

    /** @param insert ends with the format of the rows */
    CompletableFuture<String> insert(String insert, byte[] rows) {
        return send(
                "&query=" + URLEncoder.encode(insert, StandardCharsets.UTF_8),
                HttpRequest.BodyPublishers.ofByteArray(rows));
    }

    private CompletableFuture<String> send(String query, HttpRequest.BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + query))
                .header("Authorization", login)
                .timeout(PATIENCE)
                .POST(body)
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(ByHand::body);
    }

    private static String body(HttpResponse<String> answer) {
        if (answer.statusCode() != OK) {
            throw new UncheckedIOException(
                    new IOException("ClickHouse answers " + answer.statusCode() + " " + answer.body()));
        }
        return answer.body();
    }

    @Override
    public void close() {
        http.close();
    }
}
