package com.alumoutreach.contacts.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Somebody of a tenant who imports files. */
record ImportClient(RunningService service, String tenant) {
    static final String PATH = "/api/contacts/imports";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Set<String> OVER = Set.of("completed", "failed", "cancelled", "undone");

    String token() {
        return service.token(tenant, Role.OPERATOR);
    }

    /** @return the import when it is over */
    JsonNode upload(String query, String file) {
        return upload(query, "text/csv", file.getBytes(StandardCharsets.UTF_8));
    }

    JsonNode upload(String query, String type, byte[] file) {
        return over(begin(query, type, file));
    }

    /** @return its id */
    String begin(String query, String type, byte[] file) {
        HttpResponse<String> answer = post(PATH + query, type, HttpRequest.BodyPublishers.ofByteArray(file));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer).get("id").textValue();
    }

    String begin(String type, Supplier<InputStream> file) {
        HttpResponse<String> answer = post(PATH, type, HttpRequest.BodyPublishers.ofInputStream(file));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer).get("id").textValue();
    }

    HttpResponse<String> post(String path, String type, HttpRequest.BodyPublisher body) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create(service.url() + path))
                            .header("Content-Type", type)
                            .header("Authorization", "Bearer " + token())
                            .POST(body)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    JsonNode get(String id) {
        return json(service.get(PATH + "/" + id, token()));
    }

    JsonNode over(String id) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> get(id),
                        found -> OVER.contains(found.path("status").asText()));
    }

    JsonNode undo(String id) {
        HttpResponse<String> answer = service.post(PATH + "/" + id + "/undo", "", token());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> get(id), found -> found.path("status").asText().equals("undone"));
    }

    JsonNode contact(String email) {
        return json(service.get("/api/contacts?email=" + URLEncoder.encode(email, StandardCharsets.UTF_8), token()))
                .at("/items/0");
    }

    int contacts() {
        return number("SELECT count(*) FROM contacts.contacts WHERE tenant_id = '" + tenant + "'");
    }

    int number(String sql) {
        return service.database()
                .inTransaction(
                        tenant, tx -> tx.createQuery(sql).mapTo(Integer.class).one());
    }

    /** The state of each consent by {@code contact channel topic}. */
    List<String> consents() {
        return service.database()
                .inTransaction(
                        tenant,
                        tx -> tx.createQuery(
                                        "SELECT coalesce(c.email, c.phone) || ' ' || k.channel || ' ' || k.topic || ' ' || k.state"
                                                + " FROM contacts.consents k JOIN contacts.contacts c ON c.id = k.contact_id"
                                                + " WHERE k.tenant_id = :tenant ORDER BY 1")
                                .bind("tenant", tenant)
                                .mapTo(String.class)
                                .list());
    }

    List<EventEnvelope> events(String subject) {
        return service.events(subject).stream()
                .filter(event -> event.tenantId().equals(tenant))
                .toList();
    }

    /** The lines of the file of errors, without its header. */
    List<String> errors(String id) {
        return service.get(PATH + "/" + id + "/errors", token())
                .body()
                .lines()
                .skip(1)
                .toList();
    }

    static JsonNode json(HttpResponse<String> answer) {
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON: " + answer.body(), e);
        }
    }
}
