package com.alumoutreach.suite.client;

import com.alumoutreach.suite.running.SuiteException;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** The suite's ClickHouse over its plain HTTP interface, independent of the analytics service. */
public final class ClickHouseQuery {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;

    /** @param url {@code http://user:password@host:port}, then {@code /database} or {@code /?database=…} */
    public ClickHouseQuery(String url) {
        this.address = URI.create(url);
    }

    public long number(String sql, Map<String, String> parameters) {
        String text = text(sql, parameters);
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    /** The answer as tab-separated text, without the last line break; parameters stand in the statement as {@code {name:Type}}. */
    public String text(String sql, Map<String, String> parameters) {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) ->
                query.append("&param_").append(name).append('=').append(encoded(value)));
        return send(query.toString(), HttpRequest.BodyPublishers.ofString(sql), Duration.ofSeconds(30));
    }

    /**
     * Stores rows; when it returns, they can be read.
     *
     * @param insert a statement that ends with the rows' format
     */
    public void insert(String insert, byte[] rows) {
        send("&query=" + encoded(insert), HttpRequest.BodyPublishers.ofByteArray(rows), Duration.ofMinutes(5));
    }

    private String send(String query, HttpRequest.BodyPublisher body, Duration patience) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address.getScheme() + "://" + address.getHost()
                        + ":" + address.getPort() + "/?database=" + encoded(database()) + query))
                .timeout(patience)
                .POST(body);
        if (address.getRawUserInfo() != null) {
            String user = URLDecoder.decode(address.getRawUserInfo(), StandardCharsets.UTF_8);
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new SuiteException(
                        "ClickHouse refused a query: " + answer.body().strip());
            }
            return answer.body().strip();
        } catch (IOException e) {
            throw new SuiteException("ClickHouse does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SuiteException("interrupted", e);
        }
    }

    private String database() {
        String query = address.getQuery() == null ? "" : address.getQuery();
        String path = address.getPath() == null ? "" : address.getPath().replace("/", "");
        if (query.startsWith("database=")) {
            return query.substring("database=".length());
        }
        return path.isEmpty() ? "default" : path;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
