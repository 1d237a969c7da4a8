package com.alumoutreach.backbone.testing;

import com.alumoutreach.embedded.ServerAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A service in a JVM of its own, on a port that it keeps over restarts; its output is in {@code target}. */
public final class ServiceProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final List<String> command;
    private final int port;
    private Process process;

    private ServiceProcess(List<String> command, int port) {
        this.command = command;
        this.port = port;
        this.process = launch();
    }

    /** Starts a class of this test's class path. Returns at once; see {@link #awaitReady}. */
    public static ServiceProcess start(Class<?> main, ServerAddresses servers, Map<String, String> properties) {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return start(List.of("-cp", classPath, main.getName()), servers, properties);
    }

    /** Starts a packaged service, as it is deployed. Returns at once; see {@link #awaitReady}. */
    public static ServiceProcess start(Path jar, ServerAddresses servers, Map<String, String> properties) {
        return start(List.of("-jar", jar.toString()), servers, properties);
    }

    private static ServiceProcess start(List<String> what, ServerAddresses servers, Map<String, String> properties) {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dmicronaut.server.port=" + port));
        RunningService.properties(servers).forEach((name, value) -> command.add("-D" + name + "=" + value));
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(what);
        return new ServiceProcess(command, port);
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public ServiceProcess awaitReady() {
        Awaitility.await("the process is ready")
                .pollInterval(Duration.ofMillis(50))
                .atMost(PATIENCE)
                .until(() -> status("GET", "/health/readiness") == 200);
        return this;
    }

    /** The status of the answer; 0 when there was none. */
    public int status(String method, String path) {
        try {
            return send(method, path, null, null).statusCode();
        } catch (UncheckedIOException e) {
            return 0;
        }
    }

    /** @throws UncheckedIOException when there is no answer */
    public HttpResponse<String> send(
            String method, String path, @Nullable String json, @Nullable String token, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .method(
                        method,
                        json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json))
                .timeout(PATIENCE);
        if (json != null) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** {@code kill -9}, and the same command again. */
    public void killAndStartAgain() {
        kill();
        process = launch();
    }

    /** As an orchestrator does: asks it to end, and waits. */
    public void stop() {
        process.destroy();
        awaitExit();
    }

    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** @return its exit code */
    public int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("The process does not end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process launch() {
        try {
            Path log = Files.createDirectories(Path.of("target")).resolve("service-" + port + ".log");
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
