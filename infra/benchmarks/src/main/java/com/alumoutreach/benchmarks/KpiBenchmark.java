package com.alumoutreach.benchmarks;

import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.analytics.kpi.ClickHouseKpis;
import com.alumoutreach.analytics.kpi.Moment;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The dashboard over many events: against its own SQL by hand, its figures against Postgres, and while the table grows. */
@Command(
        name = "kpi",
        description =
                "The dashboard: stats-v2 against the same SQL by hand, each figure against the event model's SQL on Postgres,"
                        + " and a tenant's dashboard while the table grows.",
        mixinStandardHelpOptions = true)
final class KpiBenchmark implements Callable<Integer> {
    private static final int OK = 200;
    private static final int TENTH = 10;
    private static final double MICROS_PER_MILLI = 1_000;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MEDIAN = 50;
    private static final int PATIENCE_SECONDS = 300;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final Map<String, String> FIRST = ClickHouseKpis.statements(false);
    private static final Map<String, String> OF_THE_DAY = ClickHouseKpis.statements(true);

    /** The statement that has each figure. */
    private static final Map<String, String> STATEMENTS = Map.of(
            "todays_sends", "sends",
            "replies_requiring_action", "leads",
            "reply_rate_7d", "leads",
            "account_health", "health",
            "campaign_snapshot_today", "campaigns");

    @Option(
            names = "--events",
            defaultValue = "100000000",
            description = "In the largest table (default: ${DEFAULT-VALUE}).")
    private long events;

    @Option(names = "--tenants", defaultValue = "200", description = "Whose they are (default: ${DEFAULT-VALUE}).")
    private int tenants;

    @Option(names = "--days", defaultValue = "30", description = "Of each history (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(names = "--requests", defaultValue = "300", description = "A kind and table (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(names = "--rounds", defaultValue = "5", description = "Of each figure (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--without-postgres", description = "Leaves the comparison of the figures out.")
    private boolean withoutPostgres;

    @Option(
            names = "--data",
            description = "A folder that keeps the servers' data for the next run; else they are gone at the end.")
    private @Nullable Path data;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private final Random random = new Random(1);

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Bench bench = Bench.startWithClickHouse(out, Map.of("alum.http.rate-limit.enabled", "false"), data);
                ByHand byHand = new ByHand(bench.addresses());
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            Histories histories = new Histories(byHand, out);
            histories.recover();
            bench.bean(EventsTable.class).ensure();
            EmbeddedServer server = bench.bean(EmbeddedServer.class);
            server.start();
            awaitReady(client, server);
            Dashboard dashboard = new Dashboard(bench, client, byHand, server.getURL() + "/api/dashboard/stats-v2");
            printSettings(out, byHand);
            try {
                tables(bench, histories, dashboard, byHand, out);
            } finally {
                histories.hide();
            }
        }
        return 0;
    }

    /** A hundredth of the events, a tenth, all of them. */
    private void tables(Bench bench, Histories histories, Dashboard dashboard, ByHand byHand, PrintWriter out)
            throws Exception {
        Histories.Plan all = new Histories.Plan(
                tenants,
                days,
                Math.max(1, events / tenants / Histories.EVENTS_A_SCALE),
                Instant.now().truncatedTo(ChronoUnit.MINUTES));
        List<String> growth = new ArrayList<>();
        double first = 0;
        for (int part : new int[] {TENTH * TENTH, TENTH, 1}) {
            Histories.Plan plan = all.of(Math.max(1, tenants / part));
            histories.show(plan);
            Histogram service = new Histogram(3);
            Histogram hand = new Histogram(3);
            measure(dashboard, 1, new Histogram(3), new Histogram(3));
            measure(dashboard, 1, service, hand);
            double median = service.getValueAtPercentile(MEDIAN);
            first = first == 0 ? median : first;
            growth.add(String.format(
                    Locale.ROOT,
                    "| %,d over %d tenants | %s | %s | %.2f |",
                    byHand.number("SELECT count() FROM events"),
                    plan.tenants(),
                    percentiles(service),
                    percentiles(hand),
                    median / first));
            if (part == TENTH && !withoutPostgres) {
                figures(bench, byHand, plan, out);
            }
        }
        out.printf(
                "%n| one tenant, table of | stats-v2 p50 / p95 / p99, ms | by hand | p50 to the smallest table's |%n");
        out.println("|---|---|---|---|");
        growth.forEach(out::println);
        stats(dashboard, out);
    }

    private void stats(Dashboard dashboard, PrintWriter out) throws Exception {
        measure(dashboard, tenants, new Histogram(3), new Histogram(3));
        Histogram service = new Histogram(3);
        Histogram hand = new Histogram(3);
        measure(dashboard, tenants, service, hand);
        out.printf(
                Locale.ROOT,
                "%n%,d requests of one caller to random tenants, each followed by the same SQL by hand for another%n%n",
                requests);
        out.println("| all tenants, the largest table | p50 / p95 / p99, ms | p50 to by hand | p95 to by hand |");
        out.println("|---|---|---|---|");
        out.printf(Locale.ROOT, "| the same SQL by hand | %s | 1.00 | 1.00 |%n", percentiles(hand));
        out.printf(
                Locale.ROOT,
                "| stats-v2 | %s | %.2f | %.2f |%n%n",
                percentiles(service),
                ratio(service, hand, MEDIAN),
                ratio(service, hand, 95));
        out.flush();
    }

    /** In turns, one after the other. */
    private void measure(Dashboard dashboard, int ofTenants, Histogram service, Histogram hand) throws Exception {
        for (int i = 0; i < requests; i++) {
            service.recordValue(dashboard.request(Histories.tenant(random.nextInt(ofTenants))));
            hand.recordValue(dashboard.byHand(Histories.tenant(random.nextInt(ofTenants))));
        }
    }

    private void figures(Bench bench, ByHand byHand, Histories.Plan plan, PrintWriter out) throws Exception {
        SeedSql.fill(bench, plan, out);
        out.printf(
                Locale.ROOT,
                "%nEach figure over %,d events, median of %d runs after one that is thrown away, in turns%n%n",
                byHand.number("SELECT count() FROM events"),
                rounds);
        out.println("| figure | Postgres, ms | ClickHouse, ms | times faster |");
        out.println("|---|---|---|---|");
        Moment moment = bench.bean(ClickHouseKpis.class).moment(Histories.tenant(0), Instant.now());
        try (java.sql.Connection connection = bench.postgres();
                Statement postgres = connection.createStatement()) {
            postgres.execute("SET TIME ZONE 'UTC'");
            // With the usual 4 MB the published NOT IN takes minutes: Postgres hashes such a list only while it fits.
            postgres.execute("SET work_mem = '256MB'");
            postgres.execute("SET statement_timeout = '" + PATIENCE_SECONDS + "s'");
            for (Map.Entry<String, List<String>> figure :
                    SeedSql.ofOne(SeedSql.workspace(0)).entrySet()) {
                String name = Objects.requireNonNull(STATEMENTS.get(figure.getKey()));
                String sql = Objects.requireNonNull(FIRST.getOrDefault(name, OF_THE_DAY.get(name)));
                compare(
                        out,
                        figure.getKey() + " of one tenant",
                        postgres,
                        figure.getValue(),
                        () -> byHand.ask(sql, moment.parameters()).join());
            }
            for (Map.Entry<String, List<String>> figure : SeedSql.ofAll().entrySet()) {
                String view = "SELECT * FROM v_" + figure.getKey();
                compare(
                        out,
                        figure.getKey() + " of all tenants, by the view",
                        postgres,
                        figure.getValue(),
                        () -> byHand.text(view));
            }
        }
        out.println();
        out.flush();
    }

    private void compare(PrintWriter out, String what, Statement postgres, List<String> queries, Runnable clickHouse)
            throws SQLException {
        List<Double> theirs = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            double millis = SeedSql.millis(postgres, queries);
            long start = System.nanoTime();
            clickHouse.run();
            if (round > 0) {
                theirs.add(millis);
                ours.add((System.nanoTime() - start) / NANOS_PER_MILLI);
            }
        }
        out.printf(
                Locale.ROOT,
                "| %s | %,.1f | %,.1f | %.1f |%n",
                what,
                Figures.median(theirs),
                Figures.median(ours),
                Figures.median(theirs) / Figures.median(ours));
        out.flush();
    }

    /** Asks for a tenant's dashboard in two ways; how long each took, in microseconds. */
    private final class Dashboard {
        private final Bench bench;
        private final HttpClient client;
        private final ByHand byHand;
        private final String url;

        Dashboard(Bench bench, HttpClient client, ByHand byHand, String url) {
            this.bench = bench;
            this.client = client;
            this.byHand = byHand;
            this.url = url;
        }

        long request(String tenant) throws Exception {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .header("Authorization", "Bearer " + bench.token(tenant))
                    .build();
            long start = System.nanoTime();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
            if (answer.statusCode() != OK) {
                throw new IOException(answer.statusCode() + " " + answer.body());
            }
            return micros;
        }

        /** In the order of the service: what needs the tenant's day is asked when the settings are there. */
        long byHand(String tenant) {
            Map<String, Object> parameters = bench.bean(ClickHouseKpis.class)
                    .moment(tenant, Instant.now())
                    .parameters();
            long start = System.nanoTime();
            Map<String, CompletableFuture<String>> asked = new HashMap<>();
            FIRST.forEach((name, sql) -> asked.put(name, byHand.ask(sql, parameters)));
            Objects.requireNonNull(asked.get("settings")).join();
            OF_THE_DAY.forEach((name, sql) -> asked.put(name, byHand.ask(sql, parameters)));
            asked.values().forEach(CompletableFuture::join);
            return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        }
    }

    private void printSettings(PrintWriter out, ByHand byHand) {
        out.printf(
                "ClickHouse %s (embedded), max_threads %s; merges are waited for, none is asked for%n",
                byHand.text("SELECT version()"), byHand.text("SELECT getSetting('max_threads')"));
        out.printf(
                Locale.ROOT,
                "histories of %d days; %,d requests a kind and table after as many to warm up%n",
                days,
                requests);
        out.flush();
    }

    private static void awaitReady(HttpClient client, EmbeddedServer server) throws Exception {
        HttpRequest ready = HttpRequest.newBuilder(URI.create(server.getURL() + "/health/readiness"))
                .build();
        while (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() != OK) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static double ratio(Histogram one, Histogram other, double percent) {
        return (double) one.getValueAtPercentile(percent) / other.getValueAtPercentile(percent);
    }

    private static String percentiles(Histogram micros) {
        return String.format(
                Locale.ROOT,
                "%.1f / %.1f / %.1f",
                micros.getValueAtPercentile(MEDIAN) / MICROS_PER_MILLI,
                micros.getValueAtPercentile(95) / MICROS_PER_MILLI,
                micros.getValueAtPercentile(99) / MICROS_PER_MILLI);
    }
}
