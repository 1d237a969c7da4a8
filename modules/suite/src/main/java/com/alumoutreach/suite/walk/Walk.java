package com.alumoutreach.suite.walk;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.client.ClickHouseQuery;
import com.alumoutreach.suite.client.Postgres;
import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.Pause;
import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.running.SuiteException;
import com.alumoutreach.suite.terminal.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Subscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes one contact and watches its event pass every station, from outside: each line is something that anybody can look
 * up. The times are those at which the station was seen to be passed, since the request was sent.
 */
public final class Walk {
    /** A cold suite takes a second or two. */
    private static final Duration STATION_WITHIN = Duration.ofSeconds(20);

    private static final String EVENT_ROW = """
            SELECT event_type || ' ' || id || ', position ' || seq FROM contacts.system_events
            WHERE org_id = ? AND primary_entity_id = ? AND event_type = 'contact.created'""";
    private static final String EVENT_ID = """
            SELECT id::text FROM contacts.system_events
            WHERE org_id = ? AND primary_entity_id = ? AND event_type = 'contact.created'""";
    private static final String PROCESSED = """
            SELECT 'event ' || event_id || ' is processed' FROM segments.processed_events
            WHERE event_id = ?::uuid AND consumer = 'SEGMENTS_CONTACT_CONSUMER'""";
    private static final String ARCHIVED = """
            SELECT 'stream position ' || toString(stream_position) FROM events
            WHERE tenant_id = {tenant:String} AND id = {id:UUID}""";

    private final String tenant = "walk";
    private final AlumClient api;
    private final RunEnv env;
    private final Terminal terminal;
    private int station;
    private long started;

    private Walk(DataFolder data, Terminal terminal) {
        this.env = RunEnv.ofRunning(data);
        this.api = AlumClient.of(data, tenant);
        this.terminal = terminal;
    }

    public static void run(DataFolder data, Terminal terminal) {
        Walk walk = new Walk(data, terminal);
        try (Postgres postgres = new Postgres(walk.env.get(RunEnv.POSTGRES_URL));
                Connection nats = Nats.connect(walk.env.get(RunEnv.NATS_URL))) {
            walk.allStations(postgres, nats);
        } catch (IOException e) {
            throw new SuiteException("NATS does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SuiteException("interrupted", e);
        }
    }

    private void allStations(Postgres postgres, Connection nats) throws InterruptedException {
        Subscription stream = nats.subscribe("contact.created");
        String email = "walk-" + UUID.randomUUID() + "@example.com";
        JsonNode request =
                EventCodec.mapper().createObjectNode().put("email", email).put("firstName", "Walk");
        // This process's first request would cost a tenth of a second of its own.
        api.get("/api/contacts?limit=1");
        started = System.nanoTime();
        String contact = api.post("/api/contacts", request).path("id").asText();
        passed("POST /api/contacts", "201, contact " + contact);
        passed("contacts.system_events", awaited("the event log", () -> postgres.text(EVENT_ROW, tenant, contact)));
        String event = awaited("the event log", () -> postgres.text(EVENT_ID, tenant, contact));
        passed("relay, ALUM_EVENTS", awaited("the stream", () -> onStream(stream, contact)));
        passed("segments, its consumer", awaited("segments", () -> postgres.text(PROCESSED, event)));
        ClickHouseQuery clickHouse = new ClickHouseQuery(env.get(RunEnv.CLICKHOUSE_URL));
        Map<String, String> row = Map.of("tenant", tenant, "id", event);
        passed("analytics, ClickHouse", awaited("ClickHouse", () -> nullIfEmpty(clickHouse.text(ARCHIVED, row))));
    }

    private static @Nullable String onStream(Subscription stream, String contact) {
        try {
            var message = stream.nextMessage(Duration.ofMillis(5));
            boolean ours = message != null && new String(message.getData(), StandardCharsets.UTF_8).contains(contact);
            return ours ? message.getSubject() + ", " + message.getData().length + " bytes" : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SuiteException("interrupted", e);
        }
    }

    private static String awaited(String station, Supplier<@Nullable String> look) {
        long deadline = System.nanoTime() + STATION_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            String seen = look.get();
            if (seen != null) {
                return seen;
            }
            Pause.shortly();
        }
        throw new SuiteException("the event did not reach " + station + " within " + STATION_WITHIN.toSeconds() + " s");
    }

    private void passed(String where, String what) {
        double millis = (System.nanoTime() - started) / 1_000_000.0;
        station++;
        terminal.line("%d  %9.1f ms  %-24s  %s", station, millis, where, what);
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }
}
