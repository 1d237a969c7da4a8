package com.alumoutreach.suite.client;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.running.SuiteException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The HTTP API of a running suite, as one tenant's admin. Answers other than 2xx are exceptions with the problem's text. */
public final class AlumClient {
    /** Long enough for an upload or a bulk redelivery; no command waits longer for one answer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final Duration TOKEN_TIME = Duration.ofHours(1);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String url;
    private final String token;

    public AlumClient(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /** @throws SuiteException when no suite runs on this folder */
    public static AlumClient of(DataFolder data, String tenant) {
        return new AlumClient(
                RunEnv.ofRunning(data).get(RunEnv.ALUM_URL), Token.issue(data, tenant, "admin", TOKEN_TIME));
    }

    public JsonNode get(String path) {
        return send(request(path).GET().build());
    }

    public JsonNode post(String path, JsonNode body) {
        return post(path, "application/json", body.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    public JsonNode post(String path, String contentType, byte[] body) {
        return send(request(path)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest request) {
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new SuiteException(
                        request.method() + " " + request.uri().getPath() + " answered " + problem(answer));
            }
            return json(answer.body());
        } catch (IOException e) {
            throw new SuiteException("the suite at " + url + " does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SuiteException("interrupted", e);
        }
    }

    private static String problem(HttpResponse<String> answer) {
        try {
            JsonNode body = json(answer.body());
            return answer.statusCode() + " " + body.path("code").asText() + ": "
                    + body.path("detail").asText(body.path("title").asText());
        } catch (JsonProcessingException e) {
            return answer.statusCode() + " " + answer.body().lines().findFirst().orElse("");
        }
    }

    private static JsonNode json(String body) throws JsonProcessingException {
        return body.isBlank() ? MissingNode.getInstance() : EventCodec.mapper().readTree(body);
    }
}
