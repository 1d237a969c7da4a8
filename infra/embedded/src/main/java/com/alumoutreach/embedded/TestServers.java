package com.alumoutreach.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One set of servers for a whole Maven run, whichever module's JVM asks first: a supervisor process starts them, and stops
 * them and deletes their data when the run is over. Each test takes a scope of its own.
 */
public final class TestServers {
    /** More than all test classes of a run will ever take. */
    static final int SCOPES = 400;

    private static final Duration PATIENCE = Duration.ofMinutes(8);
    private static final Object LOCK = new Object();
    private static @Nullable TestServers instance;

    private final Path dir;
    private final EmbeddedServers servers;

    private TestServers(Path dir) {
        this.dir = dir;
        this.servers = new EmbeddedServers(dir, SCOPES, false, line -> {});
    }

    public static TestServers get() {
        synchronized (LOCK) {
            if (instance == null) {
                instance = find();
            }
            return instance;
        }
    }

    /** A database in Postgres and in ClickHouse and an account in NATS that no other test has. */
    public ServerAddresses newScope() {
        return servers.scope(nextNumber());
    }

    private static TestServers find() {
        ProcessHandle self = ProcessHandle.current();
        ProcessHandle owner = self.parent().orElse(self);
        Path dir = Path.of(System.getProperty("alum.root", "."), ".alum", "test", Long.toString(owner.pid()))
                .toAbsolutePath()
                .normalize();
        try {
            Files.createDirectories(dir);
            try (FileChannel channel = open(dir.resolve("start.lock"));
                    var held = channel.lock()) {
                if (held.isValid() && !ready(dir)) {
                    startSupervisor(dir, owner);
                }
            }
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot start the servers for tests: " + e.getMessage(), e);
        }
        return new TestServers(dir);
    }

    private static boolean ready(Path dir) throws IOException {
        Path supervisor = dir.resolve("supervisor.pid");
        return Files.exists(supervisor)
                && ProcessHandle.of(Long.parseLong(Files.readString(supervisor).trim()))
                        .filter(ProcessHandle::isAlive)
                        .isPresent();
    }

    private static void startSupervisor(Path dir, ProcessHandle owner) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path log = dir.resolve("supervisor.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        TestServersSupervisor.class.getName(),
                        dir.toString(),
                        Long.toString(owner.pid()))
                .redirectErrorStream(true)
                .redirectInput(new java.io.File("/dev/null"))
                .redirectOutput(log.toFile())
                .start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!ready(dir)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new EmbeddedServerException("The servers for tests do not start: " + Files.readString(log));
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** Counted in a file: the modules' JVMs share the servers. */
    private int nextNumber() {
        try (FileChannel channel = open(dir.resolve("scopes"));
                var held = channel.lock()) {
            ByteBuffer buffer = ByteBuffer.allocate(16);
            channel.read(buffer, 0);
            String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).trim();
            int next = held.isValid() && !text.isEmpty() ? Integer.parseInt(text) + 1 : 0;
            if (next >= SCOPES) {
                throw new EmbeddedServerException("A run has at most " + SCOPES + " scopes");
            }
            channel.write(ByteBuffer.wrap(Integer.toString(next).getBytes(StandardCharsets.UTF_8)), 0);
            return next;
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot count scopes: " + e.getMessage(), e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** For messages. */
    List<Path> logs() {
        return List.of(
                servers.log(ServerKind.POSTGRES), servers.log(ServerKind.NATS), servers.log(ServerKind.CLICKHOUSE));
    }
}
