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
import io.nats.client.ConsumerContext;
import io.nats.client.FetchConsumeOptions;
import io.nats.client.FetchConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.ConsumerConfiguration;
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
import java.util.Objects;
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
                "Analytics: JetStream to ClickHouse, every event once; against ready RowBinary, and plain consumers with client-v2 (JSONEachRow) and JDBC.",
        mixinStandardHelpOptions = true)
final class IngestBenchmark implements Callable<Integer> {
    static final String DURABLE = "ANALYTICS_INGEST_CONSUMER";
    private static final String STREAM = "ALUM_EVENTS";
    /** What a team would write at first: it reads, inserts and acknowledges, and asks nobody. */
    private static final String PEER = "BENCH_INGEST_CONSUMER";

    private static final int BATCH = AnalyticsModule.BATCH_SIZE;
    private static final int TENANTS = 20;
    private static final long FETCH_MILLIS = 1_000;
    private static final long POLL_NANOS = 20_000_000;
    private static final String SUBJECT = "pipeline.message.sent";

    /** The columns of an envelope; ClickHouse computes the others. */
    private static final List<String> COLUMNS = ArchiveRow.OF_ENVELOPE;

    @Option(names = "--events", defaultValue = "200000", description = "Events a run (default: ${DEFAULT-VALUE}).")
    private int events;

    @Option(
            names = "--slow-events",
            defaultValue = "20000",
            description = "Events a run by JDBC (default: ${DEFAULT-VALUE}).")
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
            nats.jetStreamManagement()
                    .addOrUpdateConsumer(
                            STREAM,
                            ConsumerConfiguration.builder()
                                    .durable(PEER)
                                    .maxAckPending(2L * BATCH)
                                    .build());
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
                    .add("JetStream, read and acknowledged", () -> plain(bench, nats, events, batch -> {}, 0))
                    .add("JetStream, client-v2 JSONEachRow", () -> jsonEachRow(bench, nats, client))
                    .add("JetStream, clickhouse-jdbc", () -> jdbc(bench, nats))
                    .run(rounds)
                    .print();
        }
        return 0;
    }

    /** As in production: pull, read, look whom to forget and what is there already, encode, insert, acknowledge. */
    private double ingest(Bench bench, Connection nats) throws Exception {
        fill(bench, nats, events);
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
        awaitSettled(nats, DURABLE);
        double rate = Figures.perSecond(events, start);
        loop.stop().run();
        thread.join();
        check(bench, events);
        return rate;
    }

    /** Events in the stream, every durable at its end but for those, and an empty table. */
    private static void fill(Bench bench, Connection nats, int count) throws Exception {
        empty(bench);
        nats.jetStreamManagement().purgeStream(STREAM);
        for (int done = 0; done < count; done += RawBatches.BATCH) {
            List<byte[]> bodies = new ArrayList<>();
            for (int i = 0; i < Math.min(RawBatches.BATCH, count - done); i++) {
                bodies.add(EventCodec.write(event(done + i)));
            }
            RawBatches.publish(nats, SUBJECT, bodies);
        }
    }

    /** What is done with a batch before it is acknowledged. */
    @FunctionalInterface
    private interface Inserting {
        void insert(List<Message> batch) throws Exception;
    }

    /** A pull consumer without any of our code. */
    private static double plain(Bench bench, Connection nats, int count, Inserting inserting, int rows)
            throws Exception {
        fill(bench, nats, count);
        ConsumerContext consumer = nats.getConsumerContext(STREAM, PEER);
        long start = System.nanoTime();
        for (int done = 0; done < count; ) {
            List<Message> batch = new ArrayList<>(BATCH);
            try (FetchConsumer fetch = consumer.fetch(FetchConsumeOptions.builder()
                    .maxMessages(BATCH)
                    .noWaitExpiresIn(FETCH_MILLIS)
                    .build())) {
                for (Message message = fetch.nextMessage(); message != null; message = fetch.nextMessage()) {
                    batch.add(message);
                }
            }
            inserting.insert(batch);
            batch.forEach(Message::ack);
            done += batch.size();
        }
        awaitSettled(nats, PEER);
        double rate = Figures.perSecond(count, start);
        check(bench, rows);
        return rate;
    }

    /** Asks less often than the others' watch: each question costs the server time that the consumer would have. */
    private static void awaitSettled(Connection nats, String durable) throws IOException, JetStreamApiException {
        ConsumerInfo info = nats.jetStreamManagement().getConsumerInfo(STREAM, durable);
        while (info.getNumPending() > 0 || info.getNumAckPending() > 0) {
            LockSupport.parkNanos(POLL_NANOS);
            info = nats.jetStreamManagement().getConsumerInfo(STREAM, durable);
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

    private double jsonEachRow(Bench bench, Connection nats, Client client) throws Exception {
        return plain(
                bench,
                nats,
                events,
                batch -> {
                    ByteArrayOutputStream body = new ByteArrayOutputStream();
                    for (Message message : batch) {
                        ObjectNode row = EventCodec.mapper().createObjectNode();
                        Object[] values = values(message);
                        for (int i = 0; i < values.length; i++) {
                            row.put(COLUMNS.get(i), String.valueOf(values[i]));
                        }
                        body.writeBytes(row.toString().getBytes(StandardCharsets.UTF_8));
                        body.write('\n');
                    }
                    client.insert(
                                    "events",
                                    COLUMNS,
                                    new ByteArrayInputStream(body.toByteArray()),
                                    ClickHouseFormat.JSONEachRow)
                            .get()
                            .close();
                },
                events);
    }

    private double jdbc(Bench bench, Connection nats) throws Exception {
        ServerAddresses server = bench.addresses();
        Properties login = new Properties();
        login.setProperty("user", server.clickhouseUser());
        login.setProperty("password", server.clickhousePassword());
        try (java.sql.Connection connection =
                        DriverManager.getConnection("jdbc:ch:" + server.clickhouseUrl() + "/default", login);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO events ("
                        + String.join(",", COLUMNS)
                        + ") VALUES ("
                        + String.join(",", COLUMNS.stream().map(c -> "?").toList()) + ")")) {
            return plain(
                    bench,
                    nats,
                    slowEvents,
                    batch -> {
                        for (Message message : batch) {
                            Object[] values = values(message);
                            for (int i = 0; i < values.length; i++) {
                                insert.setObject(i + 1, values[i]);
                            }
                            insert.addBatch();
                        }
                        insert.executeBatch();
                    },
                    slowEvents);
        }
    }

    private static Object[] values(Message message) {
        EventEnvelope event = EventCodec.readEnvelope(message.getData(), message.getSubject(), EventIds::next);
        return new Object[] {
            event.id().toString(),
            event.type(),
            event.tenantId(),
            event.source(),
            event.version(),
            Timestamp.from(event.timestamp()).toString(),
            event.correlationId(),
            String.valueOf(event.causationId()),
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "",
            "system",
            Objects.requireNonNull(event.entity()).id(),
            event.entity().type(),
            event.data().toString(),
            "",
            message.metaData().streamSequence()
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
