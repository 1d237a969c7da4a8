package com.alumoutreach.suite.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.suite.client.ClickHouseQuery;
import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.testing.CommandResult;
import com.alumoutreach.suite.testing.RunningSuite;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ReconcileCommandIT {
    @Test
    void rowsThatAreGoneComeBackAndWhatIsInNoLogIsNamed() throws Exception {
        try (RunningSuite suite = RunningSuite.start()) {
            ClickHouseQuery clickHouse = suite.clickHouse();
            suite.api("acme")
                    .post(
                            "/api/contacts/imports",
                            "text/csv",
                            "email\na@example.com\nb@example.com\nc@example.com\n".getBytes(StandardCharsets.UTF_8));
            Awaitility.await("three contacts and their import").until(() -> contacts(clickHouse) == 4);
            clickHouse.text(
                    "ALTER TABLE events DELETE WHERE type = 'contact.created' SETTINGS mutations_sync = 1", Map.of());

            CommandResult repaired = reconcile(suite);

            assertThat(repaired.out()).contains("4 events compared, 3 missing, 3 given again, 0 surplus: ");
            // Each service of an installation has to answer.
            assertThat(repaired.exitCode()).isEqualTo(repaired.out().contains("the same again.") ? 0 : 1);
            assertThat(contacts(clickHouse)).isEqualTo(4);

            EventEnvelope surplus = publishAsContacts(suite);
            Awaitility.await("it is in ClickHouse").until(() -> contacts(clickHouse) == 5);

            CommandResult named = reconcile(suite);

            assertThat(named.exitCode()).isEqualTo(1);
            assertThat(named.out()).contains("surplus " + surplus.id());
        }
    }

    private static CommandResult reconcile(RunningSuite suite) {
        return suite.alum("reconcile", "--tenant", "acme", "--to", Instant.now().toString());
    }

    private static long contacts(ClickHouseQuery clickHouse) {
        return clickHouse.number(
                "SELECT count() FROM events WHERE tenant_id = 'acme' AND source = 'contacts-service'", Map.of());
    }

    /** An event that no service logged. */
    private static EventEnvelope publishAsContacts(RunningSuite suite) throws Exception {
        EventEnvelope event = new EventEnvelope(
                EventIds.next(),
                "contact.created",
                "1.0",
                "contacts-service",
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                "acme",
                "c",
                null,
                null,
                null,
                EventCodec.mapper().createObjectNode().put("contactId", "nobody"),
                Map.of());
        try (Connection nats = Nats.connect(suite.env().get(RunEnv.NATS_URL))) {
            nats.jetStream().publish(event.type(), EventCodec.write(event));
        }
        return event;
    }
}
