package com.alumoutreach.suite.chaos;

import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.suite.SuiteApplication;
import com.alumoutreach.suite.client.Readiness;
import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.HttpPort;
import com.alumoutreach.suite.running.Pause;
import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.running.SuiteException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One of several processes with all services, on servers that they share. */
final class Instance implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(120);

    private final String name;
    private final DataFolder folder;
    private final ServerAddresses servers;
    private final String port = Integer.toString(HttpPort.anyFree());
    private Process process;

    /** Starts it; see {@link #awaitReady}. */
    Instance(String name, DataFolder folder, ServerAddresses servers) {
        this.name = name;
        this.folder = folder;
        this.servers = servers;
        this.process = launch();
    }

    /** Also what Postgres knows its sessions by. */
    String name() {
        return name;
    }

    String url() {
        return RunEnv.read(folder)
                .map(env -> env.get(RunEnv.ALUM_URL))
                .orElseThrow(() -> new SuiteException(name + " is not up"));
    }

    void awaitReady() {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (RunEnv.read(folder).isEmpty() || !Readiness.of(url())) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new SuiteException(name + " does not start; see " + folder.suiteOutput());
            }
            Pause.of(Duration.ofMillis(50));
        }
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void startAgain() {
        process = launch();
    }

    long pid() {
        return process.pid();
    }

    private Process launch() {
        try {
            Files.createDirectories(folder.logs());
            Files.deleteIfExists(folder.runEnv());
            ProcessBuilder builder = new ProcessBuilder(command())
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.suiteOutput().toFile()));
            builder.environment().putAll(environment());
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx384m", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SuiteApplication.class.getName()));
        command.addAll(List.of("up", "--data", folder.root().toString()));
        return command;
    }

    private Map<String, String> environment() {
        return Map.of(
                "ALUM_PORT", port,
                "DATASOURCES_DEFAULT_URL", servers.postgresUrl() + "?ApplicationName=" + name,
                "DATASOURCES_DEFAULT_USERNAME", servers.postgresUser(),
                "DATASOURCES_DEFAULT_PASSWORD", servers.postgresPassword(),
                "NATS_URL", servers.natsUrl(),
                "CLICKHOUSE_URL", servers.clickhouseUrl(),
                "CLICKHOUSE_USER", servers.clickhouseUser(),
                "CLICKHOUSE_PASSWORD", servers.clickhousePassword());
    }

    @Override
    public void close() {
        process.destroy();
        if (!process.onExit()
                .completeOnTimeout(process, 20, java.util.concurrent.TimeUnit.SECONDS)
                .join()
                .isAlive()) {
            return;
        }
        kill();
    }
}
