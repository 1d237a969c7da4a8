package com.alumoutreach.suite.chaos;

import com.alumoutreach.embedded.EmbeddedServers;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.ServerKind;
import com.alumoutreach.embedded.machine.Command;
import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.JwtSecret;
import com.alumoutreach.suite.running.Pause;
import com.alumoutreach.suite.running.SuiteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** Two processes with all services, and the servers that they share. */
final class Cluster implements AutoCloseable {
    private static final String RELAY_LOCK_HOLDER = """
            SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE locktype = 'advisory' AND granted
              AND (classid::bigint << 32 | objid::bigint) = hashtextextended('alum.relay.contacts', 0)""";

    private final EmbeddedServers servers;
    private final List<Instance> instances;
    private final DataFolder first;
    private final Random random;

    /** Returns when all are ready. */
    Cluster(Path folder, Random random) {
        this.random = random;
        this.servers = EmbeddedServers.start(folder.resolve("servers"), line -> {});
        this.first = DataFolder.at(folder.resolve("a"));
        DataFolder second = DataFolder.at(folder.resolve("b"));
        shareSecret(first, second);
        this.instances = List.of(
                new Instance("chaos-a", first, servers.addresses()),
                new Instance("chaos-b", second, servers.addresses()));
        instances.forEach(Instance::awaitReady);
    }

    private static void shareSecret(DataFolder first, DataFolder second) {
        JwtSecret.of(first);
        try {
            Files.createDirectories(second.root());
            Files.copy(first.root().resolve("secrets"), second.root().resolve("secrets"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy the secret", e);
        }
    }

    /** For tokens. */
    DataFolder folder() {
        return first;
    }

    ServerAddresses servers() {
        return servers.addresses();
    }

    List<Instance> instances() {
        return instances;
    }

    /** Until whoever starts again is there. */
    void awaitReady() {
        instances.forEach(Instance::awaitReady);
    }

    /** All at once. Returns when servers are back, and services that were killed have begun to start. */
    void disrupt(List<Disruption> disruptions) {
        // Chosen and drawn before anything is away.
        List<CompletableFuture<Void>> under = prepared(disruptions).stream()
                .map(step -> CompletableFuture.runAsync(
                        step,
                        each -> Thread.ofVirtual().name("chaos-disruption").start(each)))
                .toList();
        try {
            CompletableFuture.allOf(under.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private List<Runnable> prepared(List<Disruption> disruptions) {
        Instance leader = relayLeader();
        boolean leaderToo = disruptions.stream().anyMatch(d -> d.target() == Disruption.Target.RELAY_LEADER);
        // Beside the leader it is the other one: no process is ended twice.
        List<Instance> free = instances.stream()
                .filter(instance -> !leaderToo || instance != leader)
                .toList();
        Instance any = free.get(random.nextInt(free.size()));
        return disruptions.stream()
                .map(disruption -> switch (disruption.target()) {
                    case SERVICE -> step(disruption.way(), any);
                    case RELAY_LEADER -> step(disruption.way(), leader);
                    case NATS -> step(disruption.way(), ServerKind.NATS);
                    case POSTGRES -> step(disruption.way(), ServerKind.POSTGRES);
                    case CLICKHOUSE -> step(disruption.way(), ServerKind.CLICKHOUSE);
                })
                .toList();
    }

    private Runnable step(Disruption.Way way, Instance instance) {
        if (way == Disruption.Way.PAUSE) {
            Duration pause = upTo(3_000);
            return () -> {
                instance.awaitReady();
                pause(instance.pid(), pause);
            };
        }
        Duration away = upTo(1_000);
        return () -> {
            instance.awaitReady();
            instance.kill();
            Pause.of(away);
            // Not waited for: what comes next disrupts its start as well.
            instance.startAgain();
        };
    }

    private Runnable step(Disruption.Way way, ServerKind server) {
        if (way == Disruption.Way.PAUSE) {
            Duration pause = upTo(3_000);
            return () -> pause(servers.pid(server), pause);
        }
        Duration away = upTo(1_500);
        return () -> {
            servers.kill(server);
            Pause.of(away);
            servers.start(server);
        };
    }

    /** With its children: those of Postgres do the work. */
    private static void pause(long pid, Duration duration) {
        List<Long> family = Stream.concat(
                        Stream.of(pid),
                        ProcessHandle.of(pid).stream()
                                .flatMap(ProcessHandle::descendants)
                                .map(ProcessHandle::pid))
                .toList();
        family.forEach(each -> signal("STOP", each));
        Pause.of(duration);
        family.reversed().forEach(each -> signal("CONT", each));
    }

    private static void signal(String signal, long pid) {
        try {
            Command.run(Path.of("."), Map.of(), List.of("sh", "-c", "kill -" + signal + " " + pid));
        } catch (IOException e) {
            // A child that has ended meanwhile.
        }
    }

    private Duration upTo(int millis) {
        return Duration.ofMillis(100 + random.nextInt(millis));
    }

    private Instance relayLeader() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(RELAY_LOCK_HOLDER)) {
            String holder = rows.next() ? rows.getString(1) : "";
            return instances.stream()
                    .filter(instance -> instance.name().equals(holder))
                    .findFirst()
                    .orElse(instances.getFirst());
        } catch (SQLException e) {
            throw new SuiteException("Postgres cannot be asked who relays: " + e.getMessage(), e);
        }
    }

    Connection connect() throws SQLException {
        ServerAddresses addresses = servers.addresses();
        return DriverManager.getConnection(
                addresses.postgresUrl(), addresses.postgresUser(), addresses.postgresPassword());
    }

    @Override
    public void close() {
        instances.forEach(Instance::close);
        servers.close();
    }
}
