package com.alumoutreach.benchmarks;

import com.alumoutreach.embedded.ServerAddresses;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One of {@code infra/peers} over one backlog, in a JVM of its own: their libraries and ours do not go together. */
final class PeerProcess {
    private static final String RATE = "rate=";
    private static final String MAIN = "com.alumoutreach.peers.PeerApplication";
    private static final long PATIENCE_SECONDS = 300;

    private PeerProcess() {}

    /** Whether they were built. */
    static boolean available() {
        return Files.exists(jar());
    }

    /** Events a second. It warms up before with a quarter as many. */
    static double rate(Bench bench, String name, int events) throws IOException, InterruptedException {
        Path log = Files.createTempFile("peer-" + name, ".log");
        ServerAddresses servers = bench.addresses();
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-cp",
                jar() + File.pathSeparator + jar().resolveSibling("lib") + "/*",
                MAIN,
                name,
                Integer.toString(events / 4),
                Integer.toString(events)));
        builder.environment()
                .putAll(Map.of(
                        "PEER_POSTGRES_URL", servers.postgresUrl(),
                        "PEER_POSTGRES_USER", servers.postgresUser(),
                        "PEER_POSTGRES_PASSWORD", servers.postgresPassword(),
                        "PEER_NATS_URL", servers.natsUrl()));
        Process process = builder.redirectError(log.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(name + " does not end; see " + log);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String rate = output.lines()
                .filter(line -> line.startsWith(RATE))
                .findFirst()
                .orElseThrow(() -> new IOException(name + " failed; see " + log));
        Files.delete(log);
        return Double.parseDouble(rate.substring(RATE.length()));
    }

    /** Beside this module's own folder, as the sources lie. */
    private static Path jar() {
        try {
            Path here = Path.of(PeerProcess.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            // From infra/benchmarks/target/<jar or classes>.
            return here.resolve(Path.of("..", "..", "..", "peers", "target", "peers-0.1.0-SNAPSHOT.jar"))
                    .normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
