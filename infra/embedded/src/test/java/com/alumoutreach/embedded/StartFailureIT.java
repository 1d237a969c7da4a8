package com.alumoutreach.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.alumoutreach.embedded.clickhouse.ChdbLibrary;
import com.alumoutreach.embedded.machine.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads when the servers cannot be had: one line, soon, and what was started is stopped again. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StartFailureIT {
    /** Nothing listens there. */
    private static final String NOWHERE = "http://127.0.0.1:9";

    @TempDir
    private Path folder;

    @TempDir
    private Path cache;

    /** A cache that has of all servers but one what this user's has. */
    private void cacheWithout(String missing) throws IOException {
        NatsBinary.locate(line -> {});
        Path full = ChdbLibrary.locate(line -> {}).resolve("../..").normalize();
        try (Stream<Path> entries = Files.list(full)) {
            for (Path entry : entries.filter(Files::isDirectory).toList()) {
                String name = entry.getFileName().toString();
                if (!name.startsWith(missing)) {
                    Files.createSymbolicLink(cache.resolve(name), entry);
                }
            }
        }
    }

    @Test
    void withoutANetworkTheClickHouseEngineCannotBeFetched() throws Exception {
        cacheWithout("chdb-");
        assertThat(failure(Map.of("npm_config_registry", NOWHERE, "npm_config_fetch_retries", "0")))
                .startsWith("Cannot start clickhouse: Cannot put chdb-")
                .contains("npm failed", "ECONNREFUSED", "is there a network?");
    }

    @Test
    void withoutANetworkNatsCannotBeFetched() throws Exception {
        assumeThat(Command.exists("apt-get") && !Command.exists("nats-server")).isTrue();
        cacheWithout("nats-server");
        Path offline = Files.writeString(
                folder.resolve("apt.conf"),
                "Acquire::http::Proxy \"%1$s\"; Acquire::https::Proxy \"%1$s\"; Acquire::Retries \"0\";"
                        .formatted(NOWHERE));
        assertThat(failure(Map.of("APT_CONFIG", offline.toString())))
                .startsWith("nats-server 2.12 or newer is needed: install it")
                .contains("apt-get failed", "127.0.0.1");
    }

    @Test
    void dockerWithoutAnEngine() throws Exception {
        assumeThat(DockerServers.engineAnswers()).isFalse();
        assertThat(failure(Map.of("ALUM_SERVERS", "docker")))
                .startsWith("ALUM_SERVERS=docker, but no Docker engine answers: start one");
    }

    @Test
    void aDamagedNatsServer() throws Exception {
        cacheWithout("nats-server");
        Path damaged = Files.writeString(folder.resolve("nats-server"), "no program");
        assertThat(failure(Map.of("NATS_SERVER_BIN", damaged.toString())))
                .isEqualTo("NATS_SERVER_BIN=" + damaged + " is no nats-server of 2.12 or newer");
    }

    /** The line that the process says before it ends with 1. */
    private String failure(Map<String, String> environment) throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                StartServers.class.getName(),
                data.toString());
        List.of("ALUM_SERVERS", "DATASOURCES_DEFAULT_URL", "NATS_URL", "CLICKHOUSE_URL")
                .forEach(builder.environment()::remove);
        builder.environment().put("ALUM_CACHE", cache.toString());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(1);
        assertThat(output).doesNotContain("\tat ");
        if (Files.exists(data)) {
            EmbeddedServers left = EmbeddedServers.attach(data);
            assertThat(ServerKind.values()).noneMatch(left::running);
        }
        List<String> said =
                output.lines().filter(line -> line.startsWith("FAILED ")).toList();
        assertThat(said).as(output).hasSize(1);
        return said.getFirst().substring("FAILED ".length());
    }
}
