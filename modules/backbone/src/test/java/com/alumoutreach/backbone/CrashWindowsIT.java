package com.alumoutreach.backbone;

import static com.alumoutreach.backbone.probe.ProbeModule.effects;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.probe.ProbeProcess;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.testing.ServiceProcess;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A process ends itself in each gap between two systems; the next one finds no event lost and none with two effects. */
class CrashWindowsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** So short that JetStream does not drop what is published again: only the consumer's own memory is left. */
    private static final String NO_DUPLICATE_WINDOW = "100ms";

    private final ServerAddresses servers = TestServers.get().newScope();

    @Test
    void relayDiesAfterPublishBeforeCursorMoves() {
        String contact = crashed(Map.of("probe.halt-at", "after-publish"), "web");

        try (RunningService next = next()) {
            await().atMost(PATIENCE).until(() -> copies(next, contact) == 2);
            await().atMost(PATIENCE).until(() -> next.settled(ProbeModule.DURABLE));
            assertThat(effects(next.database(), contact)).hasSize(1);
        }
    }

    @Test
    void handlerDiesAfterCommitBeforeAck() {
        String contact = crashed(Map.of("probe.halt", "true"), "halt-after-commit");

        try (RunningService next = next()) {
            await().atMost(PATIENCE).until(() -> next.settled(ProbeModule.DURABLE));
            assertThat(effects(next.database(), contact)).hasSize(1);
        }
    }

    @Test
    void handlerDiesBeforeCommit() {
        String contact = crashed(Map.of("probe.halt", "true"), "halt-in-handler");

        try (RunningService next = next()) {
            await().atMost(PATIENCE).until(() -> next.settled(ProbeModule.DURABLE));
            assertThat(effects(next.database(), contact)).hasSize(1);
        }
    }

    @Test
    void processDiesAfterDeadLetterIsStoredBeforeTerm() {
        String contact = crashed(Map.of("probe.halt-at", "after-dead-letter"), "fail-1000");

        try (RunningService next = next()) {
            await().atMost(PATIENCE).until(() -> next.settled(ProbeModule.DURABLE));
            assertThat(effects(next.database(), contact)).isEmpty();
            assertThat(next.messages("ALUM_EVENTS_DLQ", "dlq.>")).hasSize(1);
        }
    }

    @Test
    void anEventThatKillsEveryProcessIsADeadLetterAndItsNeighboursTakeEffectOnce() {
        String neighbour;
        try (ServiceProcess process = start(Map.of("probe.halt", "true"))) {
            neighbour = append(process, "web");
            append(process, "halt-in-handler");
            int deaths = 1;
            assertThat(process.awaitExit()).isEqualTo(ProbeProcess.HALTED);
            while (mostAttempts() < 3) {
                process.killAndStartAgain();
                assertThat(process.awaitExit()).isEqualTo(ProbeProcess.HALTED);
                deaths++;
            }
            // When both arrived in one batch, its death is not counted: nobody knows whose it was.
            assertThat(deaths).isBetween(3, 4);
        }
        try (RunningService next = RunningService.start(servers, properties(Map.of("probe.halt", "true")))) {
            await().atMost(PATIENCE).until(() -> next.settled(ProbeModule.DURABLE));
            assertThat(effects(next.database(), neighbour)).hasSize(1);
            assertThat(next.get("/api/dead-letters", next.token(ProbeModule.TENANT, Role.OPERATOR))
                            .body())
                    .contains("HANDLER_ABORTED");
        }
    }

    private long mostAttempts() {
        try (Connection postgres = DriverManager.getConnection(
                        servers.postgresUrl(), servers.postgresUser(), servers.postgresPassword());
                Statement statement = postgres.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT coalesce(max(attempts), 0) FROM probe.delivery_attempts")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return the contact whose event ended the process */
    private String crashed(Map<String, String> properties, String source) {
        try (ServiceProcess process = start(properties)) {
            String contact = append(process, source);
            assertThat(process.awaitExit()).isEqualTo(ProbeProcess.HALTED);
            return contact;
        }
    }

    private ServiceProcess start(Map<String, String> properties) {
        Map<String, String> all = new java.util.HashMap<>();
        properties(Map.copyOf(properties)).forEach((name, value) -> all.put(name, value.toString()));
        return ProbeProcess.start(servers, all).awaitReady();
    }

    private RunningService next() {
        return RunningService.start(servers, properties(Map.of()));
    }

    private static Map<String, Object> properties(Map<String, Object> more) {
        Map<String, Object> all = new java.util.HashMap<>(more);
        all.put("probe.enabled", "true");
        all.put("alum.nats.duplicate-window", NO_DUPLICATE_WINDOW);
        return all;
    }

    /** The answer may be lost with the process; the event was committed before. */
    private static String append(ServiceProcess process, String source) {
        String contact = EventIds.next().toString();
        assertThat(process.status("POST", "/probe/contacts/" + contact + "?source=" + source))
                .isIn(0, 201);
        return contact;
    }

    private static long copies(RunningService service, String contact) {
        return service.events("contact.created").stream()
                .filter(event -> event.data().get("contactId").textValue().equals(contact))
                .count();
    }
}
