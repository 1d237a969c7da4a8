package com.alumoutreach.benchmarks;

import io.micronaut.runtime.server.EmbeddedServer;
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.postgresql.PGConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long a caller waits for a page of many contacts, however it asks for it. */
@Command(
        name = "contacts",
        description =
                "Pages of a tenant's contacts: first, deep, filtered, searched; latencies of one caller over HTTP.",
        mixinStandardHelpOptions = true)
final class ContactsBenchmark implements Callable<Integer> {
    private static final int BUFFER = 1 << 20;
    private static final int OK = 200;
    private static final double MICROS_PER_MILLI = 1_000;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    @Option(names = "--contacts", defaultValue = "1000000", description = "Of the tenant (default: ${DEFAULT-VALUE}).")
    private int contacts;

    @Option(names = "--requests", defaultValue = "200", description = "A kind and round (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private final Random random = new Random(1);

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Bench bench =
                Bench.start(out, Map.of("alum.bench.durables", "false", "alum.http.rate-limit.enabled", "false"))) {
            fill(bench);
            EmbeddedServer server = bench.bean(EmbeddedServer.class);
            server.start();
            try (HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                awaitReady(client, server);
                Map<String, Supplier<String>> kinds = kinds(bench);
                Map<String, Histogram> latencies = new LinkedHashMap<>();
                kinds.keySet().forEach(kind -> latencies.put(kind, new Histogram(3)));
                for (int round = 0; round <= rounds; round++) {
                    for (Map.Entry<String, Supplier<String>> kind : kinds.entrySet()) {
                        measure(
                                client,
                                server.getURL() + "/api/contacts?limit=50",
                                bench.token(),
                                kind.getValue(),
                                round == 0 ? new Histogram(3) : Objects.requireNonNull(latencies.get(kind.getKey())));
                    }
                }
                print(out, latencies);
            }
        }
        return 0;
    }

    /** As the owner, whom no row-level security keeps from COPY. */
    private void fill(Bench bench) throws Exception {
        ImportFiles files = ImportFiles.write(contacts);
        try (java.sql.Connection postgres = bench.postgres();
                InputStream file = new BufferedInputStream(Files.newInputStream(files.table()), BUFFER)) {
            postgres.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY contacts.contacts (" + ImportFiles.COLUMNS + ") FROM STDIN (FORMAT csv)", file);
        } finally {
            files.delete();
        }
        bench.sql("VACUUM ANALYZE contacts.contacts", "CHECKPOINT");
    }

    private static void awaitReady(HttpClient client, EmbeddedServer server) throws Exception {
        HttpRequest ready = HttpRequest.newBuilder(URI.create(server.getURL() + "/health/readiness"))
                .build();
        while (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() != OK) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private Map<String, Supplier<String>> kinds(Bench bench) throws Exception {
        List<String[]> some = new ArrayList<>();
        try (java.sql.Connection postgres = bench.postgres();
                Statement statement = postgres.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT id, email FROM contacts.contacts ORDER BY random() LIMIT 1000")) {
            while (row.next()) {
                some.add(new String[] {row.getString(1), row.getString(2)});
            }
        }
        Supplier<String[]> any = () -> some.get(random.nextInt(some.size()));
        Map<String, Supplier<String>> kinds = new LinkedHashMap<>();
        kinds.put("first page", () -> "");
        kinds.put("a page from anywhere", () -> "&cursor=" + any.get()[0]);
        kinds.put("the same, newest first", () -> "&sort=-createdAt&cursor=" + any.get()[0]);
        kinds.put("an address", () -> "&email=" + any.get()[1]);
        kinds.put("a word of one contact", () -> "&q=" + any.get()[1].replaceAll("^[^.]+\\.([^@]+)@.*", "$1"));
        kinds.put("a word of one in eight", () -> "&q=grace");
        kinds.put("two words of one in eight and one in seven", () -> "&q=grace+hopper");
        kinds.put("the beginning of a word", () -> "&q=mar");
        kinds.put("the same, from anywhere", () -> "&q=mar&cursor=" + any.get()[0]);
        kinds.put("a value of one in a thousand", () -> "&attributes.city=City+" + random.nextInt(1_000));
        kinds.put("a value of one in ten", () -> "&attributes.state=CA");
        kinds.put("both", () -> "&attributes.state=CA&attributes.city=City+" + random.nextInt(1_000));
        kinds.put("a value of all, and a word", () -> "&tag=bench&q=radia");
        kinds.put("a value of none", () -> "&attributes.city=Nowhere");
        return kinds;
    }

    private void measure(HttpClient client, String url, String token, Supplier<String> query, Histogram into)
            throws Exception {
        for (int i = 0; i < requests; i++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + query.get()))
                    .header("Authorization", "Bearer " + token)
                    .build();
            long start = System.nanoTime();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            into.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
            if (answer.statusCode() != OK) {
                throw new IllegalStateException(answer.statusCode() + " " + answer.body());
            }
        }
    }

    private void print(PrintWriter out, Map<String, Histogram> latencies) {
        out.printf(
                Locale.ROOT,
                "%n%,d contacts, pages of 50, %,d requests a kind%n%n| asked for | p50, ms | p95, ms | max, ms |%n|---|---|---|---|%n",
                contacts,
                requests * rounds);
        latencies.forEach((kind, micros) -> out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.1f |%n",
                kind,
                micros.getValueAtPercentile(50) / MICROS_PER_MILLI,
                micros.getValueAtPercentile(95) / MICROS_PER_MILLI,
                micros.getMaxValue() / MICROS_PER_MILLI));
        out.flush();
    }
}
