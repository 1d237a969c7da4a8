package com.alumoutreach.benchmarks;

import com.alumoutreach.analytics.AnalyticsModule;
import com.alumoutreach.analytics.clickhouse.ArchiveRow;
import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.backbone.consuming.Subscriptions;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.ServerAddresses;
import com.clickhouse.client.api.Client;
import com.clickhouse.data.ClickHouseFormat;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.ConsumerInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** JetStream to rows in ClickHouse, each once, against sending rows that are ready in memory. */
@Command(
        name = "ingest",
        description =
                "Analytics: JetStream to ClickHouse, every event once; against ready RowBinary, client-v2 with JSONEachRow, and JDBC.",
        mixinStandardHelpOptions = true)
final class IngestBenchmark implements Callable<Integer> {
    static final String DURABLE = "ANALYTICS_INGEST_CONSUMER";
    private static final int BATCH = AnalyticsModule.BATCH_SIZE;
    private static final int TENANTS = 20;
    private static final long POLL_NANOS = 20_000_000;
    private static final String SUBJECT = "pipeline.message.sent";

    /** The columns of an envelope; ClickHouse computes the others. */
    private static final List<String> COLUMNS = ArchiveRow.OF_ENVELOPE;

    @Option(names = "--events", defaultValue = "100000", description = "Events a run (default: ${DEFAULT-VALUE}).")
    private int events;

    @Option(
            names = "--slow-events",
            defaultValue = "20000",
            description = "Rows a run by JDBC (default: ${DEFAULT-VALUE}).")
    private int slowEvents;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private final HttpClient http = HttpClient.newHttpClient();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Bench bench = Bench.startWithClickHouse(out);
                Connection nats = bench.connect();
                Client client = client(bench.addresses())) {
            bench.bean(EventsTable.class).ensure();
            String version = bench.bean(ClickHouse.class)
                    .query("SELECT version() AS version", Map.of())
                    .getFirst()
                    .getString("version");
            out.printf(
                    "ClickHouse %s (embedded), async_insert=0, fsync_after_insert=0; an event is %d bytes as envelope, %d as row%n",
                    version, EventCodec.write(event(0)).length, row(event(0)).length);
            out.printf(
                    "%,d events a run (%,d by JDBC), batches of at most %,d, %d rounds in turns after a warm-up%n",
                    events, slowEvents, BATCH, rounds);
            List<byte[]> ready = ready();
            new Comparison("events", out)
                    .add("ready RowBinary by HTTP", () -> rowBinary(bench, ready))
                    .add("JetStream to ClickHouse", () -> ingest(bench, nats))
                    .add("client-v2, JSONEachRow", () -> jsonEachRow(bench, client))
                    .add("clickhouse-jdbc batches", () -> jdbc(bench))
                    .run(rounds)
                    .print();
        }
        return 0;
    }

    /** As in production: pull, read, look whom to forget and what is there already, encode, insert, acknowledge. */
    private double ingest(Bench bench, Connection nats) throws Exception {
        empty(bench);
        nats.jetStreamManagement().purgeStream("ALUM_EVENTS");
        for (int done = 0; done < events; done += RawBatches.BATCH) {
            List<byte[]> bodies = new ArrayList<>();
            for (int i = 0; i < Math.min(RawBatches.BATCH, events - done); i++) {
                bodies.add(EventCodec.write(event(done + i)));
            }
            RawBatches.publish(nats, SUBJECT, bodies);
        }
        Subscriptions.Loop loop = bench.context().createBean(Subscriptions.class).loops().stream()
                .filter(candidate -> candidate.name().equals(DURABLE))
                .findFirst()
                .orElseThrow();
        long start = System.nanoTime();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                loop.run().run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        awaitSettled(nats);
        double rate = Figures.perSecond(events, start);
        loop.stop().run();
        thread.join();
        check(bench, events);
        return rate;
    }

    /** Asks less often than the others' watch: each question costs the server time that the consumer would have. */
    private static void awaitSettled(Connection nats) throws IOException, JetStreamApiException {
        ConsumerInfo info = nats.jetStreamManagement().getConsumerInfo("ALUM_EVENTS", DURABLE);
        while (info.getNumPending() > 0 || info.getNumAckPending() > 0) {
            LockSupport.parkNanos(POLL_NANOS);
            info = nats.jetStreamManagement().getConsumerInfo("ALUM_EVENTS", DURABLE);
        }
    }

    /** The least that any writer must do: nothing is read, looked up or encoded. */
    private double rowBinary(Bench bench, List<byte[]> ready) throws IOException, InterruptedException {
        empty(bench);
        ServerAddresses server = bench.addresses();
        String insert = "INSERT INTO events (" + String.join(",", ArchiveRow.COLUMNS) + ") FORMAT RowBinary";
        String login = server.clickhouseUser() + ":" + server.clickhousePassword();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        server.clickhouseUrl() + "/?query=" + URLEncoder.encode(insert, StandardCharsets.UTF_8)))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        long start = System.nanoTime();
        for (byte[] body : ready) {
            HttpResponse<String> answer = http.send(
                    request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(answer.body());
            }
        }
        double rate = Figures.perSecond(events, start);
        check(bench, events);
        return rate;
    }

    private double jsonEachRow(Bench bench, Client client) throws Exception {
        empty(bench);
        List<EventEnvelope> batch = batch();
        long start = System.nanoTime();
        for (int done = 0; done < events; done += BATCH) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (EventEnvelope event : batch.subList(0, Math.min(BATCH, events - done))) {
                ObjectNode row = EventCodec.mapper().createObjectNode();
                Object[] values = values(event, EventIds.next());
                for (int i = 0; i < values.length; i++) {
                    row.put(COLUMNS.get(i), String.valueOf(values[i]));
                }
                body.writeBytes(row.toString().getBytes(StandardCharsets.UTF_8));
                body.write('\n');
            }
            client.insert("events", COLUMNS, new ByteArrayInputStream(body.toByteArray()), ClickHouseFormat.JSONEachRow)
                    .get()
                    .close();
        }
        double rate = Figures.perSecond(events, start);
        check(bench, events);
        return rate;
    }

    private double jdbc(Bench bench) throws Exception {
        empty(bench);
        List<EventEnvelope> batch = batch();
        ServerAddresses server = bench.addresses();
        Properties login = new Properties();
        login.setProperty("user", server.clickhouseUser());
        login.setProperty("password", server.clickhousePassword());
        long start = System.nanoTime();
        try (java.sql.Connection connection =
                        DriverManager.getConnection("jdbc:ch:" + server.clickhouseUrl() + "/default", login);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO events ("
                        + String.join(",", COLUMNS)
                        + ") VALUES ("
                        + String.join(",", COLUMNS.stream().map(c -> "?").toList()) + ")")) {
            for (int done = 0; done < slowEvents; done += BATCH) {
                for (EventEnvelope event : batch.subList(0, Math.min(BATCH, slowEvents - done))) {
                    Object[] values = values(event, EventIds.next());
                    for (int i = 0; i < values.length; i++) {
                        insert.setObject(i + 1, values[i]);
                    }
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
        double rate = Figures.perSecond(slowEvents, start);
        check(bench, slowEvents);
        return rate;
    }

    private static Object[] values(EventEnvelope event, UUID id) {
        return new Object[] {
            id.toString(),
            event.type(),
            event.tenantId(),
            event.source(),
            event.version(),
            Timestamp.from(event.timestamp()).toString(),
            event.correlationId(),
            id.toString(),
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "",
            "system",
            "m-1",
            "message",
            event.data().toString(),
            "",
            1L
        };
    }

    private List<byte[]> ready() {
        List<byte[]> bodies = new ArrayList<>();
        for (int done = 0; done < events; done += BATCH) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int i = done; i < Math.min(done + BATCH, events); i++) {
                body.writeBytes(row(event(i)));
            }
            bodies.add(body.toByteArray());
        }
        return bodies;
    }

    private static byte[] row(EventEnvelope event) {
        return ArchiveRow.of(event, 1, null).bytes();
    }

    private static List<EventEnvelope> batch() {
        List<EventEnvelope> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            batch.add(event(i));
        }
        return batch;
    }

    /** A usual event: a message was sent to a contact, for a campaign. */
    private static EventEnvelope event(int number) {
        String message = UUID.randomUUID().toString();
        ObjectNode data = EventCodec.mapper().createObjectNode();
        data.put("messageId", message)
                .put("contactId", UUID.randomUUID().toString())
                .put("campaignId", "campaign-" + number % 50)
                .put("channel", "email")
                .put("provider", "smtp")
                .put("sourceType", "campaign")
                .put("sourceId", "campaign-" + number % 50)
                .put("messageNumber", 1);
        return new EventEnvelope(
                EventIds.next(),
                SUBJECT,
                "1.0",
                "pipeline-service",
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                "tenant-" + number % TENANTS,
                UUID.randomUUID().toString(),
                EventIds.next(),
                null,
                new EntityRef(message, "message"),
                data,
                Map.of());
    }

    private static Client client(ServerAddresses server) {
        return new Client.Builder()
                .addEndpoint(server.clickhouseUrl())
                .setUsername(server.clickhouseUser())
                .setPassword(server.clickhousePassword())
                .setDefaultDatabase("default")
                .build();
    }

    private static void empty(Bench bench) {
        bench.bean(ClickHouse.class).query("TRUNCATE TABLE events", Map.of());
    }

    private static void check(Bench bench, long expected) {
        long rows = bench.bean(ClickHouse.class)
                .query("SELECT toInt64(count()) AS n FROM events", Map.of())
                .getFirst()
                .getLong("n");
        if (rows != expected) {
            throw new IllegalStateException(rows + " rows instead of " + expected);
        }
    }
}
