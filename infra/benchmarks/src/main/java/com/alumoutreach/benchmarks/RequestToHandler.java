package com.alumoutreach.benchmarks;

import com.nimbusds.jose.JOSEException;
import io.micronaut.runtime.server.EmbeddedServer;
import io.nats.client.Connection;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * {@code POST /api/contacts} at a fixed rate, to contacts and segments in one JVM: how long until the last of the durables
 * that listen to contacts (that of segments, and two of the benchmark) has committed what it makes of the event.
 */
final class RequestToHandler {
    private static final List<String> DURABLES =
            List.of("SEGMENTS_CONTACT_CONSUMER", BenchModule.BATCHES, BenchModule.SINGLE);
    private static final int CREATED = 201;
    private static final int OK = 200;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Bench bench;
    private final PrintWriter out;
    private final String token;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    RequestToHandler(Bench bench, PrintWriter out) throws JOSEException {
        this.token = bench.token();
        this.bench = bench;
        this.out = out;
    }

    void run(int perSecond, int seconds, int rounds) throws Exception {
        out.printf("HTTP to handlers, %,d requests a second for %d s a round%n", perSecond, seconds);
        EmbeddedServer http = bench.bean(EmbeddedServer.class);
        // With the server the relays and the durables start, as in a service.
        http.start();
        while (!ready(http)) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        settle();
        LatencyTable table = new LatencyTable("due time of the request to the last handler's commit", out);
        for (int round = 0; round <= rounds; round++) {
            table.add(round, round(http, round, perSecond, perSecond * seconds));
        }
        table.print();
    }

    /** What was published before is not measured. */
    private void settle() throws Exception {
        try (Connection nats = bench.connect()) {
            for (String durable : DURABLES) {
                StreamWatch.awaitSettled(nats, durable);
            }
        }
    }

    private Histogram round(EmbeddedServer http, int round, int perSecond, int count) throws Exception {
        Map<String, Long> due = new ConcurrentHashMap<>();
        try (StreamWatch watch = new StreamWatch(bench.connect(), DURABLES)) {
            OpenLoop.run(perSecond, count, (number, dueNanos) -> {
                String correlation = "http-" + round + "-" + number;
                post(http, correlation);
                due.put(correlation, dueNanos);
            });
            if (due.size() != count) {
                throw new IllegalStateException("Of " + count + " requests " + due.size() + " were answered with 201");
            }
            Load.await(watch::acknowledgedCount, count * DURABLES.size());
            return Load.differences(due, watch.lastAcknowledgedByCorrelation());
        }
    }

    private void post(EmbeddedServer http, String correlation) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(http.getURL().toURI().resolve("/api/contacts"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("X-Correlation-Id", correlation)
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"email":"%s@example.com","firstName":"Ada","source":"bench","attributes":{"state":"CA"}}""".formatted(correlation)))
                .build();
        int status = client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        if (status != CREATED) {
            throw new IllegalStateException("A contact was answered with " + status);
        }
    }

    private boolean ready(EmbeddedServer http) throws Exception {
        URI readiness = http.getURL().toURI().resolve("/health/readiness");
        return client.send(HttpRequest.newBuilder(readiness).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                == OK;
    }
}
