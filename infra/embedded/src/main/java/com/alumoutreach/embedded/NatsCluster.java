package com.alumoutreach.embedded;

import com.alumoutreach.embedded.machine.Command;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Several {@code nats-server} processes on the loopback interface that replicate their streams; for tests. */
public final class NatsCluster implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String USER = "cluster";

    private final Path binary;
    private final List<Node> nodes = new ArrayList<>();

    private record Node(int number, Path folder, int port, int routePort, ServerProcess process) {}

    private NatsCluster(Path dataDir, int count, Consumer<String> progress) throws IOException {
        this.binary = NatsBinary.locate(progress);
        List<Integer> ports = freePorts(2 * count);
        for (int i = 0; i < count; i++) {
            Path folder = Files.createDirectories(dataDir.resolve("node-" + i));
            nodes.add(new Node(i, folder, ports.get(2 * i), ports.get(2 * i + 1), new ServerProcess("nats", folder)));
        }
    }

    /**
     * Returns when JetStream has a leader.
     *
     * @param count of nodes, 3 or 5
     * @throws EmbeddedServerException when they do not find each other within a minute
     */
    public static NatsCluster start(Path dataDir, int count, Consumer<String> progress) {
        try {
            NatsCluster cluster = new NatsCluster(dataDir, count, progress);
            for (Node node : cluster.nodes) {
                cluster.launch(node);
            }
            cluster.awaitLeader();
            return cluster;
        } catch (IOException e) {
            throw EmbeddedServerException.because("Cannot start a cluster", e);
        }
    }

    /** Of all nodes, separated by commas. */
    public String url() {
        return nodes.stream().map(NatsCluster::url).collect(Collectors.joining(","));
    }

    /** {@code kill -9}. */
    public void kill(int node) {
        nodes.get(node).process().kill();
    }

    /** Again, on its port and its data; returns at once. */
    public void startAgain(int node) {
        try {
            launch(nodes.get(node));
        } catch (IOException e) {
            throw EmbeddedServerException.because("Cannot start a node", e);
        }
    }

    /** {@code SIGSTOP}. */
    public void pause(int node) {
        signal("STOP", node);
    }

    /** {@code SIGCONT}. */
    public void resume(int node) {
        signal("CONT", node);
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.process().kill());
    }

    private void signal(String signal, int node) {
        long pid = nodes.get(node)
                .process()
                .handle()
                .orElseThrow(() -> new EmbeddedServerException("Node " + node + " does not run"))
                .pid();
        try {
            Command.run(Path.of("."), Map.of(), List.of("sh", "-c", "kill -" + signal + " " + pid));
        } catch (IOException e) {
            throw EmbeddedServerException.because("Cannot signal a node", e);
        }
    }

    private void launch(Node node) throws IOException {
        Path config = node.folder().resolve("nats.conf");
        Files.writeString(config, configuration(node));
        node.process().start(node.folder(), List.of(binary.toString(), "-c", config.toString()), Map.of(), node.port());
    }

    private String configuration(Node node) {
        return """
                listen: "127.0.0.1:%d"
                server_name: node-%d
                jetstream { store_dir: "%s", sync_interval: always, max_file_store: 100GB, max_memory_store: 64MB }
                authorization { user: %s, password: "%s" }
                cluster {
                  name: alumoutreach
                  listen: "127.0.0.1:%d"
                  routes: [ %s ]
                }
                """.formatted(
                        node.port(),
                        node.number(),
                        node.folder().resolve("jetstream").toAbsolutePath(),
                        USER,
                        USER,
                        node.routePort(),
                        nodes.stream()
                                .map(n -> "\"nats://127.0.0.1:" + n.routePort() + "\"")
                                .collect(Collectors.joining(", ")));
    }

    private void awaitLeader() {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (hasLeader()) {
                return;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        throw new EmbeddedServerException("The nodes do not find a leader; see the logs in "
                + nodes.getFirst().folder().getParent());
    }

    private boolean hasLeader() {
        Options options = Options.builder()
                .server(url(nodes.getFirst()))
                .noReconnect()
                .connectionTimeout(Duration.ofSeconds(2))
                .build();
        try (Connection connection = Nats.connect(options)) {
            connection.jetStreamManagement().getAccountStatistics();
            return true;
        } catch (IOException | JetStreamApiException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String url(Node node) {
        return "nats://" + USER + ":" + USER + "@127.0.0.1:" + node.port();
    }

    /** Asked for together, so that none comes twice. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
