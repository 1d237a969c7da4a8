package com.alumoutreach.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A real Prometheus with our rules, in a hurry: it looks every second, every {@code for} is one second, and every range ten.
 * What the rules say in their own time is for {@code alerts_test.yml}.
 */
final class RunningPrometheus implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final String url;
    private final HttpClient http = HttpClient.newHttpClient();

    private RunningPrometheus(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** @param targets {@code host:port} of services */
    static RunningPrometheus start(Path folder, List<String> targets) throws IOException {
        Files.writeString(
                folder.resolve("alerts.yml"),
                Tree.text(AlertRules.FILE).replaceAll("for: \\w+", "for: 1s").replaceAll("\\[\\d+m]", "[10s]"));
        Files.writeString(folder.resolve("prometheus.yml"), """
                global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
                rule_files: [ alerts.yml ]
                scrape_configs:
                  - job_name: services
                    metrics_path: /prometheus
                    static_configs: [ { targets: [ "%s" ] } ]
                """.formatted(String.join("\", \"", targets)));
        int port = freePort();
        Process process = new ProcessBuilder(
                        Tool.PROMETHEUS.path(),
                        "--config.file=prometheus.yml",
                        "--storage.tsdb.path=data",
                        "--web.listen-address=127.0.0.1:" + port)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        RunningPrometheus prometheus = new RunningPrometheus(process, "http://127.0.0.1:" + port);
        try {
            Awaitility.await("Prometheus is ready")
                    .atMost(PATIENCE)
                    .ignoreException(UncheckedIOException.class)
                    .until(() -> prometheus.get("/-/ready").statusCode() == 200);
        } catch (RuntimeException e) {
            prometheus.close();
            throw new IllegalStateException(Files.readString(folder.resolve("prometheus.log")), e);
        }
        return prometheus;
    }

    /** The values that an expression has now; empty when it matches nothing. */
    List<Double> query(String expression) {
        HttpResponse<String> answer =
                get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        if (answer.statusCode() != 200) {
            throw new IllegalArgumentException(expression + ": " + answer.body());
        }
        List<Double> values = new ArrayList<>();
        json(answer)
                .at("/data/result")
                .forEach(sample -> values.add(sample.at("/value/1").asDouble()));
        return values;
    }

    /** The names of the alerts that fire now. */
    List<String> firing() {
        List<String> names = new ArrayList<>();
        for (JsonNode alert : json(get("/api/v1/alerts")).at("/data/alerts")) {
            if (alert.path("state").asText().equals("firing")) {
                names.add(alert.at("/labels/alertname").asText());
            }
        }
        return names;
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> get(String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(url + path))
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(Duration.ofSeconds(10))) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
