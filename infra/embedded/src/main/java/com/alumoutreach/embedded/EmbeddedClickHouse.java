package com.alumoutreach.embedded;

import com.alumoutreach.embedded.clickhouse.ChdbLibrary;
import com.alumoutreach.embedded.clickhouse.ClickHouseEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The ClickHouse engine behind its HTTP endpoint, in a JVM of its own. */
final class EmbeddedClickHouse extends EmbeddedServer {
    static final String USER = "alumoutreach";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Consumer<String> progress;

    EmbeddedClickHouse(Path dataDir, Consumer<String> progress) {
        super(ServerKind.CLICKHOUSE, dataDir);
        this.progress = progress;
    }

    String password() {
        return secret("clickhouse.password");
    }

    static AnalystFile analysts(Path dataDir) {
        return new AnalystFile(dataDir.resolve("clickhouse.analysts"));
    }

    static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    @Override
    void launch(int port) throws IOException {
        // Here, so that the download's progress is seen; the endpoint itself then finds it in the cache.
        ChdbLibrary.locate(progress);
        Path users = dataDir.resolve("clickhouse.users");
        Files.writeString(users, USER + "=" + password() + "\n");
        Path java = Path.of(System.getProperty("java.home"));
        List<String> command = List.of(
                java.resolve("bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                ClickHouseEndpoint.class.getName(),
                "--port",
                Integer.toString(port),
                "--data",
                dataDir.resolve("clickhouse").toAbsolutePath().toString(),
                "--users",
                users.toAbsolutePath().toString(),
                "--analysts",
                analysts(dataDir).file().toAbsolutePath().toString());
        // The engine installs signal handlers that collide with the JVM's own; libjsig chains them.
        Map<String, String> environment =
                Map.of("LD_PRELOAD", java.resolve("lib/libjsig.so").toString());
        process.start(dataDir, command, environment, port);
    }

    @Override
    boolean answers(int port) {
        try {
            return query(port, "SELECT 1").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    void createDatabase(int port, String name) throws IOException {
        HttpResponse<String> answer = query(port, "CREATE DATABASE IF NOT EXISTS " + name);
        if (answer.statusCode() != 200) {
            throw new IOException(answer.body());
        }
    }

    private HttpResponse<String> query(int port, String sql) throws IOException {
        String credentials =
                Base64.getEncoder().encodeToString((USER + ":" + password()).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(url(port)))
                .header("Authorization", "Basic " + credentials)
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(sql))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Only where its own classes and its compression library lie. */
    private static String classPath() {
        return java.util.stream.Stream.of(
                        ClickHouseEndpoint.class,
                        net.jpountz.lz4.LZ4Factory.class,
                        com.fasterxml.jackson.databind.ObjectMapper.class,
                        com.fasterxml.jackson.core.JsonFactory.class,
                        com.fasterxml.jackson.annotation.JsonInclude.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(location -> Path.of(URI.create(location.toString())).toString())
                .distinct()
                .collect(java.util.stream.Collectors.joining(java.io.File.pathSeparator));
    }
}
