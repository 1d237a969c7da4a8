package com.alumoutreach.contacts.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.testing.ServiceProcess;
import com.alumoutreach.contacts.ContactsApplication;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.embedded.ServerAddresses;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A process that is killed in each window of an import and of its undo; another one goes on, and everything is there once. */
class ImportKilledIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROWS = 12_000;
    private static final String TENANT = "tenant-killed";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Test
    void killedAfterUploadInAChunkBetweenChunksAndInUndo() throws Exception {
        try (RunningService observer = RunningService.start()) {
            String token = observer.token(TENANT, Role.ADMIN);
            observer.asOwner("""
                    CREATE TABLE contacts.gates (name text PRIMARY KEY);
                    CREATE FUNCTION contacts.gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
                      IF coalesce(NEW.email, OLD.email) = 'r4321@example.com'
                         AND EXISTS (SELECT 1 FROM contacts.gates WHERE name = TG_OP) THEN PERFORM pg_sleep(3); END IF;
                      RETURN coalesce(NEW, OLD);
                    END $$;
                    CREATE TRIGGER gate BEFORE INSERT OR DELETE ON contacts.contacts
                      FOR EACH ROW EXECUTE FUNCTION contacts.gate();
                    INSERT INTO contacts.gates VALUES ('INSERT'), ('DELETE')""");
            var servers = observer.servers();
            // Only the process that is killed imports.
            observer.close();
            try (ServiceProcess process = ServiceProcess.start(ContactsApplication.class, servers, Map.of())
                    .awaitReady()) {
                String id = upload(process, token);
                process.killAndStartAgain();
                process.awaitReady();
                // Postgres may still finish the statement of the process that is gone.
                awaitImport(process, id, token, at -> at.get("rowsRead").intValue() == 4_000);
                process.killAndStartAgain();
                process.awaitReady();
                asOwner(servers, "DELETE FROM contacts.gates WHERE name = 'INSERT'");
                awaitImport(process, id, token, at -> at.get("rowsRead").intValue() > 4_000);
                process.killAndStartAgain();
                process.awaitReady();
                JsonNode done = awaitImport(
                        process, id, token, at -> at.get("status").textValue().equals("completed"));
                assertThat(done.get("created").intValue()).isEqualTo(ROWS);
                assertThat(done.get("rowsRead").intValue()).isEqualTo(ROWS);

                assertThat(process.send("POST", ImportClient.PATH + "/" + id + "/undo", "", token)
                                .statusCode())
                        .isEqualTo(202);
                awaitImport(process, id, token, at -> at.at("/undo/deleted").intValue() == 4_000);
                process.killAndStartAgain();
                process.awaitReady();
                JsonNode undone = awaitImport(
                        process, id, token, at -> at.get("status").textValue().equals("undone"));
                assertThat(undone.at("/undo/deleted").intValue()).isEqualTo(ROWS);
                assertThat(undone.at("/undo/kept").intValue()).isZero();
            }
            try (RunningService after = RunningService.start(servers, Map.of())) {
                await().atMost(PATIENCE)
                        .until(() -> !after.events("contact.import.undone").isEmpty());
                once(after.events("contact.created"));
                once(after.events("contact.deleted"));
                assertThat(after.events("contact.import.completed")).hasSize(1);
                assertThat(after.events("contact.import.undone")).hasSize(1);
            }
        }
    }

    private static void asOwner(ServerAddresses servers, String sql) throws SQLException {
        try (Connection postgres = DriverManager.getConnection(
                        servers.postgresUrl(), servers.postgresUser(), servers.postgresPassword());
                Statement statement = postgres.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void once(List<EventEnvelope> events) {
        Set<String> contacts = new HashSet<>();
        events.forEach(e ->
                assertThat(contacts.add(e.data().get("contactId").textValue())).isTrue());
        assertThat(contacts).hasSize(ROWS);
    }

    private static String upload(ServiceProcess process, String token) throws IOException, InterruptedException {
        String file = "email,firstName\n"
                + IntStream.range(0, ROWS)
                        .mapToObj(i -> "r" + i + "@example.com,R\n")
                        .collect(Collectors.joining());
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(process.url() + ImportClient.PATH))
                        .header("Content-Type", "text/csv")
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString(file))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return EventCodec.mapper().readTree(answer.body()).get("id").textValue();
    }

    private static JsonNode awaitImport(ServiceProcess process, String id, String token, Predicate<JsonNode> until) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> read(process.send("GET", ImportClient.PATH + "/" + id, null, token)
                                .body()),
                        until);
    }

    private static JsonNode read(String json) {
        try {
            return EventCodec.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
