package com.alumoutreach.embedded.clickhouse;

import static org.awaitility.Awaitility.await;

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
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An endpoint in a process of its own on a folder of its own, as the product starts it, with a plain HTTP client. */
final class EndpointProcess implements AutoCloseable {
    static final String USER = "alum";
    static final String PASSWORD = "s3cret & more";

    private final Path folder;
    private final int port;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Process process;

    private EndpointProcess(Path folder, int port) throws IOException {
        this.folder = folder;
        this.port = port;
        this.process = launch();
    }

    static EndpointProcess start() {
        try {
            Path folder = Files.createTempDirectory("clickhouse-endpoint");
            Files.writeString(folder.resolve("users"), "default=\n" + USER + "=" + PASSWORD + "\n");
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                int port = free.getLocalPort();
                free.close();
                return new EndpointProcess(folder, port).awaitReady();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Kills without warning ({@code kill -9}) and starts again on the same data. */
    void killAndRestart() throws IOException {
        process.destroyForcibly().onExit().join();
        process = launch();
        awaitReady();
    }

    /** Asks to stop (SIGTERM) and gives the exit code. */
    int stop() {
        process.destroy();
        return process.onExit().join().exitValue();
    }

    HttpRequest.Builder request(String query, Map<String, String> parameters) {
        String all = parameters.entrySet().stream()
                .map(p -> p.getKey() + "=" + URLEncoder.encode(p.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        String asked = query.isEmpty() ? "" : "query=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&";
        String credentials =
                Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(url() + "/?" + asked + all))
                .header("Authorization", "Basic " + credentials);
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Adds an analyst while the endpoint runs; the password is the name. */
    void addAnalyst(String name, String tenant, String... more) throws IOException {
        Path file = folder.resolve("analysts");
        String before = Files.exists(file) ? Files.readString(file) : "";
        String added = name + ".password=" + name + "\n" + name + ".tenant=" + tenant + "\n" + String.join("\n", more);
        Path draft = Files.writeString(folder.resolve("draft"), before + added + "\n");
        Files.move(draft, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** Posts a statement as somebody else. */
    HttpResponse<String> postAs(String user, String password, String sql, Map<String, String> parameters) {
        String credentials =
                Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return text(send(request("", parameters)
                .setHeader("Authorization", "Basic " + credentials)
                .POST(HttpRequest.BodyPublishers.ofString(sql))));
    }

    /** Posts a statement in the body and gives the whole answer. */
    HttpResponse<String> post(String sql) {
        return text(send(request("", Map.of()).POST(HttpRequest.BodyPublishers.ofString(sql))));
    }

    /** Posts a statement that must succeed and gives its answer without the last line end. */
    String ask(String sql) {
        HttpResponse<String> answer = post(sql);
        if (answer.statusCode() != 200) {
            throw new AssertionError(sql + ": " + answer.body());
        }
        return answer.body().stripTrailing();
    }

    static HttpResponse<String> text(HttpResponse<byte[]> answer) {
        return new TextResponse(answer);
    }

    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() throws IOException {
        Path jdk = Path.of(System.getProperty("java.home"));
        ProcessBuilder builder = new ProcessBuilder(
                jdk.resolve("bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ClickHouseEndpoint.class.getName(),
                "--port",
                String.valueOf(port),
                "--data",
                folder.resolve("data").toString(),
                "--users",
                folder.resolve("users").toString(),
                "--analysts",
                folder.resolve("analysts").toString());
        builder.environment().put("LD_PRELOAD", jdk.resolve("lib/libjsig.so").toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private EndpointProcess awaitReady() {
        // Long enough to fetch the library on a new machine.
        await("endpoint answers")
                .atMost(Duration.ofMinutes(5))
                .ignoreExceptions()
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the endpoint ended with " + process.exitValue());
                    }
                    return http.send(
                                            HttpRequest.newBuilder(URI.create(url() + "/ping"))
                                                    .build(),
                                            HttpResponse.BodyHandlers.ofString())
                                    .statusCode()
                            == 200;
                });
        return this;
    }
}
